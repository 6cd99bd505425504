package org.kumiki.hypervisor.lxc;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Components of other bundles, made and bound by what they are annotated with, as their runtime does it. */
final class Components {

    private Components() {
    }

    /** @param configuration by property; what it lacks is as by default */
    static <T> T make(Class<T> type, Map<String, Object> configuration, Object... services) throws ReflectiveOperationException {
        Constructor<?> constructor = Arrays.stream(type.getConstructors()).findFirst().orElseThrow();
        List<Object> left = new ArrayList<>(List.of(services));
        Object[] arguments = Arrays.stream(constructor.getParameterTypes())
                .map(parameter -> parameter.isAnnotation() ? configured(parameter, configuration) : left.remove(0)).toArray();
        return type.cast(constructor.newInstance(arguments));
    }

    private static Object configured(Class<?> type, Map<String, Object> configuration) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type, Annotation.class },
                (proxy, method, arguments) -> configuration.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    /** Calls a method of its life cycle. */
    static void call(Object component, String name, Object... arguments) throws ReflectiveOperationException {
        Method found = Arrays.stream(component.getClass().getDeclaredMethods())
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == arguments.length).findFirst().orElseThrow();
        found.setAccessible(true);
        found.invoke(component, arguments);
    }
}
