package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;

/** What the architecture promises of our own bundles, read from the jars of the distribution: also of those that do not run in this test. */
class ArchitectureIT {

    private static final Pattern CLAUSE = Pattern.compile("(?:[^\",]|\"[^\"]*\")+");
    private static final Set<String> STARTS_PROGRAMS = Set.of("org.kumiki.node", "org.kumiki.image", "org.kumiki.launcher");

    private static final List<String> GUESSABLE = List.of("org/kumiki/engine/", "org/kumiki/gateway/Exchange", "org/kumiki/hypervisor/simulated/",
            "org/kumiki/policy/", "org/kumiki/tck/brain/", "org/kumiki/twin/");

    private record Jar(String name, Attributes headers, List<ClassFile> classes) {

        /** The packages that a header names, each with its attributes as text. */
        Map<String, String> packages(String header) {
            Map<String, String> packages = new TreeMap<>();
            String value = headers.getValue(header);
            Matcher clauses = CLAUSE.matcher(value == null ? "" : value);
            while (clauses.find()) {
                String[] parts = clauses.group().split(";", 2);
                packages.put(parts[0].strip(), parts.length > 1 ? parts[1] : "");
            }
            return packages;
        }
    }

    private static final List<Jar> JARS = new ArrayList<>();

    @BeforeAll
    static void readJars() throws IOException {
        Path product = Path.of(FrameworkUtil.getBundle(ArchitectureIT.class).getBundleContext().getProperty("kumiki.product"));
        for (String folder : List.of("export/kumiki", "extra", "lib")) {
            try (Stream<Path> files = Files.list(product.resolve(folder))) {
                for (Path file : files.filter(path -> path.getFileName().toString().startsWith("org.kumiki.")).sorted().toList()) {
                    JARS.add(read(file));
                }
            }
        }
        assertThat(JARS).extracting(Jar::name).contains("org.kumiki.api", "org.kumiki.engine", "org.kumiki.hypervisor.qemu", "org.kumiki.launcher",
                "org.kumiki.scheduler.spread");
    }

    private static Jar read(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            List<ClassFile> classes = new ArrayList<>();
            for (JarEntry entry : jar.stream().filter(one -> one.getName().startsWith("org/kumiki/") && one.getName().endsWith(".class")).toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    classes.add(ClassFile.read(in));
                }
            }
            String name = file.getFileName().toString();
            return new Jar(name.substring(0, name.indexOf('-')), jar.getManifest().getMainAttributes(), classes);
        }
    }

    @Test
    void aBundleImportsTheModelAndNothingElseOfOursButWhatItsKindShares() {
        for (Jar jar : JARS) {
            Set<String> imported = new TreeSet<>(jar.packages("Import-Package").keySet());
            imported.removeIf(name -> !name.startsWith("org.kumiki.") || isIn(name, "org.kumiki.api") || isIn(name, jar.name()));
            if (jar.name().startsWith("org.kumiki.aws.")) {
                imported.removeIf(name -> isIn(name, "org.kumiki.aws"));
            } else if (jar.name().startsWith("org.kumiki.network.")) {
                imported.removeIf(name -> isIn(name, "org.kumiki.metadata"));
            } else if (jar.name().endsWith(".log") || jar.name().equals("org.kumiki.storage.file")) {
                imported.removeIf(name -> isIn(name, "org.kumiki.wal"));
            }
            assertThat(imported).as(jar.name()).isEmpty();
            assertThat(jar.packages("Require-Bundle")).as(jar.name()).isEmpty();
        }
    }

    @Test
    void everyExportedPackageHasAVersion() {
        for (Jar jar : JARS) {
            jar.packages("Export-Package").forEach((name, attributes) -> assertThat(attributes).as(name).containsPattern("version=\"?[1-9]"));
        }
    }

    @Test
    void everyExportedInterfaceSaysWhoImplementsIt() {
        int seen = 0;
        for (Jar jar : JARS) {
            Set<String> exported = jar.packages("Export-Package").keySet();
            for (ClassFile type : jar.classes().stream().filter(ClassFile::isPublicInterface).filter(one -> !one.isSealed())
                    .filter(one -> exported.contains(one.packageName())).toList()) {
                boolean provider = type.knows("Lorg/osgi/annotation/versioning/ProviderType;");
                boolean consumer = type.knows("Lorg/osgi/annotation/versioning/ConsumerType;");
                assertThat(provider ^ consumer).as("%s is a @ConsumerType or a @ProviderType", type.name()).isTrue();
                seen++;
            }
        }
        assertThat(seen).isPositive();
    }

    @Test
    void secretsComeFromNothingThatCanBeGuessed() {
        assertThat(classes(type -> type.knows("java/util/Random") || type.uses("java/lang/Math.random"))).isEmpty();
        assertThat(classes(type -> type.knows("java/util/SplittableRandom") || type.knows("java/util/concurrent/ThreadLocalRandom")))
                .as("identifiers of things and of requests, and what a simulation pretends: no secrets").isNotEmpty()
                .allMatch(name -> GUESSABLE.stream().anyMatch(name::startsWith));
    }

    @Test
    void nothingReadsJavaObjectsOrScripts() {
        assertThat(classes(type -> type.knows("java/io/ObjectInputStream") || type.knows("java/beans/XMLDecoder")
                || type.knows("javax/script/ScriptEngineManager") || type.knows("javax/management/remote/JMXConnectorServerFactory"))).isEmpty();
    }

    @Test
    void onlyFewBundlesStartPrograms() {
        Predicate<ClassFile> starts = type -> type.knows("java/lang/ProcessBuilder") || type.uses("java/lang/Runtime.exec");

        for (Jar jar : JARS) {
            if (!STARTS_PROGRAMS.contains(jar.name())) {
                assertThat(jar.classes().stream().filter(starts).map(ClassFile::name)).as(jar.name()).isEmpty();
            }
        }
        assertThat(classes(starts)).as("or this test sees nothing").isNotEmpty();
    }

    private static List<String> classes(Predicate<ClassFile> wanted) {
        return JARS.stream().flatMap(jar -> jar.classes().stream()).filter(wanted).map(ClassFile::name).toList();
    }

    private static boolean isIn(String name, String prefix) {
        return name.equals(prefix) || name.startsWith(prefix + ".");
    }
}
