package org.kumiki.twin.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;

import org.kumiki.api.migration.StrategyBrain;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.scheduler.SchedulerBrain;
import org.kumiki.api.twin.Named;

/**
 * The policies that are on a class path, and the schedulers and migration strategies, found as a framework finds them: by the capability and the
 * component that the manifests of their bundles declare. Immutable.
 */
public final class Policies {

    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private static final List<String> NAMESPACES = List.of(PolicyBrain.NAMESPACE, SchedulerBrain.NAMESPACE, StrategyBrain.NAMESPACE);

    /** What one is found by. */
    private record Key(String kind, String name) implements Comparable<Key> {

        static Key of(BrainBundle bundle) {
            return new Key(bundle.kind().getName(), bundle.name());
        }

        @Override
        public int compareTo(Key other) {
            int byKind = kind.compareTo(other.kind);
            return byKind != 0 ? byKind : name.compareTo(other.name);
        }
    }

    private final Map<Key, BrainBundle> bundles;

    private Policies(Map<Key, BrainBundle> bundles) {
        this.bundles = Collections.unmodifiableMap(bundles);
    }

    /** Those of a class loader. Of several with one name the first on its path counts. */
    public static Policies of(ClassLoader classes) {
        Map<Key, BrainBundle> found = new TreeMap<>();
        try {
            for (URL manifest : Collections.list(classes.getResources(MANIFEST))) {
                for (BrainBundle each : bundle(manifest, classes)) {
                    found.putIfAbsent(Key.of(each), each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the policies on the class path cannot be read: " + e.getMessage(), e);
        }
        return new Policies(found);
    }

    /** Those of a directory's jars, and those of the class path for whose names there is none. */
    public static Policies of(Path directory, ClassLoader classes) throws IOException {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path jar : (Iterable<Path>) files.filter(file -> file.toString().endsWith(".jar")).sorted()::iterator) {
                jars.add(jar.toUri().toURL());
            }
        }
        // Open as long as the program runs: policies may load classes at any time.
        @SuppressWarnings("resource")
        URLClassLoader plugIns = new URLClassLoader("plug-ins", jars.toArray(URL[]::new), classes);
        Map<Key, BrainBundle> found = new TreeMap<>(of(classes).bundles);
        for (URL manifest : Collections.list(plugIns.findResources(MANIFEST))) {
            bundle(manifest, plugIns).forEach(each -> found.put(Key.of(each), each));
        }
        return new Policies(found);
    }

    private static List<BrainBundle> bundle(URL url, ClassLoader classes) throws IOException {
        Manifest manifest;
        try (InputStream bytes = url.openStream()) {
            manifest = new Manifest(bytes);
        }
        Attributes main = manifest.getMainAttributes();
        String components = main.getValue("Service-Component");
        String capabilities = main.getValue("Provide-Capability");
        if (components == null || capabilities == null || NAMESPACES.stream().noneMatch(capabilities::contains)) {
            return List.of();
        }
        List<BrainBundle> found = new ArrayList<>();
        String base = url.toString().substring(0, url.toString().length() - MANIFEST.length());
        URI place = URI.create(base.startsWith("jar:") ? base.substring("jar:".length(), base.indexOf("!/")) : base);
        for (String component : components.split(",")) {
            BrainBundle.read(URI.create(base + component.strip()).toURL(), classes, place).ifPresent(found::add);
        }
        return found;
    }

    /** Of all brains of a kind, sorted. */
    List<String> names(Class<?> kind) {
        return bundles.values().stream().filter(each -> each.kind() == kind).map(BrainBundle::name).toList();
    }

    Optional<BrainBundle> named(Class<?> kind, String name) {
        return Optional.ofNullable(bundles.get(new Key(kind.getName(), name)));
    }

    /**
     * A new one.
     *
     * @throws IllegalArgumentException if it does not accept its parameters
     */
    <S> Named<S> create(Class<S> kind, Brain brain) {
        BrainBundle bundle = named(kind, brain.name())
                .orElseThrow(() -> new IllegalStateException("there is no " + kind.getSimpleName() + " " + brain.name() + " on the class path"));
        return new Named<>(brain.name(), kind.cast(bundle.create(brain.parameters())));
    }
}
