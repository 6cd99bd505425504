package org.kumiki.twin.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.view.DatacenterView;

/** Policies of somebody else, in jars as bnd makes them. */
final class PlugIns {

    /** Throws after a number of plans. */
    public static final class Throwing implements Policy {

        private long left;

        public Throwing(Map<String, Object> configuration) {
            left = (Long) configuration.get("after");
        }

        @Override
        public Plan plan(DatacenterView view, History history) {
            if (left-- <= 0) {
                throw new IllegalStateException("it has had enough");
            }
            return Plan.NOTHING;
        }
    }

    private PlugIns() {
    }

    /** Writes a jar with {@link Throwing} under a name. */
    static void throwing(Path directory, String name) throws IOException {
        String component = """
                <?xml version="1.0" encoding="UTF-8"?>
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="it" init="1">
                  <property name="after" type="Integer" value="3"/>
                  <property name="advise" type="Boolean" value="false"/>
                  <property name="kumiki.policy.name" type="String" value="%s"/>
                  <service><provide interface="org.kumiki.api.policy.Policy"/></service>
                  <implementation class="%s"/>
                </scr:component>
                """.formatted(name, Throwing.class.getName());
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Service-Component", "OSGI-INF/it.xml");
        main.putValue("Provide-Capability", "kumiki.policy;kumiki.policy=" + name);
        String type = Throwing.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(directory.resolve(name + ".jar")); JarOutputStream jar = new JarOutputStream(file, manifest);
                InputStream bytes = PlugIns.class.getClassLoader().getResourceAsStream(type)) {
            jar.putNextEntry(new ZipEntry("OSGI-INF/it.xml"));
            jar.write(component.getBytes(StandardCharsets.UTF_8));
            jar.putNextEntry(new ZipEntry(type));
            jar.write(bytes.readAllBytes());
        }
    }
}
