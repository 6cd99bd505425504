package org.kumiki.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Makes bundles while the platform runs, as their vendors would do elsewhere. */
final class BundleJar {

    private BundleJar() {
    }

    /** The same bundle as another version. */
    static Path withVersion(Path jar, String version, Path directory) {
        Path result = directory.resolve(version + "-" + jar.getFileName());
        try (JarFile original = new JarFile(jar.toFile())) {
            Manifest manifest = original.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(result), manifest)) {
                for (JarEntry entry : original.stream().filter(BundleJar::isContent).toList()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    try (InputStream in = original.getInputStream(entry)) {
                        in.transferTo(out);
                    }
                }
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isContent(JarEntry entry) {
        return !entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME);
    }

    /**
     * A bundle with one scheduler, which ranks above those of the distribution.
     *
     * @param body what its method {@code place(DatacenterView view, PlacementRequest request)} does
     */
    static Path scheduler(String name, String version, String body, Path directory) {
        try {
            Path classes = Files.createTempDirectory(directory, name);
            Path source = Files.writeString(classes.resolve("Brain.java"), """
                    package vendor.%s;
                    import java.util.List;
                    import org.kumiki.api.scheduler.*;
                    import org.kumiki.api.view.*;
                    public final class Brain implements Scheduler {
                        @Override
                        public Placement place(DatacenterView view, PlacementRequest request) {
                            %s
                        }
                    }
                    """.formatted(name, body));
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            int failed = compiler.run(null, null, null, "--release", "17", "-cp", Platform.bundle("org.kumiki.api").toString(), "-d",
                    classes.toString(), source.toString());
            if (failed != 0) {
                throw new AssertionError("the scheduler " + name + " does not compile");
            }
            Map<String, byte[]> entries = new TreeMap<>();
            entries.put("vendor/" + name + "/Brain.class", Files.readAllBytes(classes.resolve("vendor/" + name + "/Brain.class")));
            entries.put("OSGI-INF/brain.xml", """
                    <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="vendor.%1$s.Brain">
                      <implementation class="vendor.%1$s.Brain"/>
                      <property name="kumiki.scheduler.name" value="%1$s"/>
                      <property name="service.ranking" type="Integer" value="100"/>
                      <service><provide interface="org.kumiki.api.scheduler.Scheduler"/></service>
                    </scr:component>
                    """.formatted(name).getBytes());
            return write(directory.resolve("vendor." + name + "-" + version + ".jar"), manifest("vendor." + name, version), entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Manifest manifest(String symbolicName, String version) {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        Map.of("Bundle-ManifestVersion", "2", "Bundle-SymbolicName", symbolicName, "Bundle-Version", version, "Service-Component",
                "OSGI-INF/brain.xml", "Import-Package", String.join(",", List.of("org.kumiki.api.scheduler;version=\"[1.0,2)\"",
                        "org.kumiki.api.view;version=\"[1.0,2)\"", "org.kumiki.api.model;version=\"[1.0,2)\"")),
                "Require-Capability", "osgi.extender;filter:=\"(osgi.extender=osgi.component)\"").forEach(headers::putValue);
        return manifest;
    }

    private static Path write(Path jar, Manifest manifest, Map<String, byte[]> entries) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return jar;
    }
}
