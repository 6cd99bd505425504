package org.kumiki.twin.study;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.migration.StrategyBrain;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.scheduler.SchedulerBrain;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A policy, a scheduler or a migration strategy, as its bundle describes it to Declarative Services, so that what is run here is the bundle of the
 * real datacenter, and nobody has to list it. It is constructed as there: with its configuration, and nothing else.
 *
 * @param kind       the interface that it implements
 * @param name       what it is for, or how it is called
 * @param type       the class of the component
 * @param parameters what can be configured, with the values that there are without
 * @param classes    where the component is loaded from
 * @param place      the jar or folder
 */
record BrainBundle(Class<?> kind, String name, String type, Map<String, Object> parameters, ClassLoader classes, Path place) {

    /** The kinds, and how the properties begin that say what one is. */
    private static final Map<Class<?>, String> KINDS = Map.of(Policy.class, PolicyBrain.PREFIX_, Scheduler.class, SchedulerBrain.PREFIX_,
            MigrationStrategy.class, StrategyBrain.PREFIX_);

    /** The brain that a component's description describes; none if it is another service, or needs more than a configuration. */
    static Optional<BrainBundle> read(URL description, ClassLoader classes, URI place) throws IOException {
        Element component = parse(description).getDocumentElement();
        Optional<Class<?>> kind = all(component, "provide").map(each -> each.getAttribute("interface"))
                .flatMap(name -> KINDS.keySet().stream().filter(each -> each.getName().equals(name))).findFirst();
        if (kind.isEmpty() || all(component, "reference").findAny().isPresent()) {
            return Optional.empty();
        }
        String prefix = KINDS.get(kind.get());
        Map<String, Object> properties = new TreeMap<>();
        for (Element property : all(component, "property").toList()) {
            if (property.hasAttribute("value")) {
                properties.put(property.getAttribute("name"), value(property.getAttribute("type"), property.getAttribute("value")));
            }
        }
        Object name = properties.get(prefix + "name");
        properties.keySet().removeIf(each -> each.startsWith(prefix) || each.startsWith("service.") || each.equals(PolicyBrain.ADVISE));
        String type = all(component, "implementation").findFirst().orElseThrow().getAttribute("class");
        return Optional.ofNullable(name).map(text -> new BrainBundle(kind.get(), text.toString(), type, properties, classes, Path.of(place)));
    }

    private static Document parse(URL description) throws IOException {
        try (InputStream xml = description.openStream()) {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(xml);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(description + " is no component's description: " + e.getMessage(), e);
        }
    }

    private static Stream<Element> all(Element within, String tag) {
        NodeList found = within.getElementsByTagName(tag);
        return IntStream.range(0, found.getLength()).mapToObj(index -> (Element) found.item(index));
    }

    private static Object value(String type, String text) {
        return switch (type) {
            case "Boolean" -> Boolean.valueOf(text);
            case "Integer", "Long", "Short", "Byte" -> Long.valueOf(text);
            case "Double", "Float" -> Double.valueOf(text);
            default -> text;
        };
    }

    /**
     * A new one.
     *
     * @param changed parameters, of the types that those of the bundle have
     * @throws IllegalArgumentException if it does not accept them; the message is its own
     */
    Object create(Map<String, Object> changed) {
        Map<String, Object> configuration = new TreeMap<>(parameters);
        configuration.putAll(changed);
        try {
            Class<?> component = Class.forName(type, true, classes);
            Constructor<?> constructor = Arrays.stream(component.getConstructors()).filter(BrainBundle::isConfigured).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(kind.getSimpleName() + " " + name
                            + " has no constructor that takes its configuration, or nothing"));
            Object[] arguments = Arrays.stream(constructor.getParameterTypes()).map(parameter -> configuration(parameter, configuration)).toArray();
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(kind.getSimpleName() + " " + name + " of " + place + " cannot be constructed: " + e, e);
        }
    }

    private static boolean isConfigured(Constructor<?> constructor) {
        return Arrays.stream(constructor.getParameterTypes()).allMatch(type -> type.isAnnotation() || type == Map.class);
    }

    private static Object configuration(Class<?> type, Map<String, Object> values) {
        if (type == Map.class) {
            return values;
        }
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> switch (method.getName()) {
            case "annotationType" -> type;
            case "toString" -> type.getSimpleName() + values;
            case "hashCode" -> values.hashCode();
            case "equals" -> proxy == arguments[0];
            default -> as(method, values.getOrDefault(property(method.getName()), method.getDefaultValue()));
        });
    }

    /** What Declarative Services call the property of a method. */
    private static String property(String method) {
        return method.replace("$_$", "-").replace("__", "\0").replace('_', '.').replace('\0', '_').replace("$", "");
    }

    private static Object as(Method method, Object value) {
        Class<?> type = method.getReturnType();
        if (value instanceof Number number) {
            return type == int.class ? (Object) Math.toIntExact(number.longValue()) : type == long.class ? (Object) number.longValue()
                    : type == double.class ? (Object) number.doubleValue() : type == float.class ? (Object) number.floatValue() : number;
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants()).filter(constant -> constant.toString().equals(value.toString())).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(method.getName() + " is one of " + Arrays.toString(type.getEnumConstants())
                            + ", not " + value));
        }
        return value;
    }
}
