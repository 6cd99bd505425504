package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The tests that Apache jclouds publishes for whoever claims to be a service of Amazon's, unchanged, in a process of their own. */
final class Jclouds {

    /** Surefire's own class path is one jar that names the others. */
    private static final String CLASS_PATH = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    /** What became of one of their tests. */
    record Result(String name, String status, String failure) {

        private static Result of(Element method) {
            String status = method.getAttribute("status");
            NodeList messages = method.getElementsByTagName("full-stacktrace");
            String type = method.getAttribute("signature").replaceAll(".*instance:([^@]*)@.*", "$1").replaceAll(".*[.]", "");
            return new Result(type + "." + method.getAttribute("name"), status,
                    messages.getLength() == 0 || status.equals("PASS") ? "" : messages.item(0).getTextContent().strip());
        }

        boolean passed() {
            return status.equals("PASS");
        }

        /** @param notHere why what does not hold here does not, by name; it is reported as skipped, and when it begins to hold this fails */
        DynamicTest asDynamicTest(Map<String, String> notHere) {
            return notHere.containsKey(name) ? skipped(notHere.get(name)) : asTest();
        }

        private DynamicTest skipped(String reason) {
            return DynamicTest.dynamicTest(name, () -> {
                assertThat(passed()).as("%s holds now: take it off the list", name).isFalse();
                Assumptions.abort(reason);
            });
        }

        private DynamicTest asTest() {
            return DynamicTest.dynamicTest(name, () -> assertThat(status).as("%s %s", name, failure).isEqualTo("PASS"));
        }
    }

    private Jclouds() {
    }

    /**
     * @param service  as jclouds calls it, whose endpoint and key they are given
     * @param settings properties of theirs beside these
     * @param kind     of the names: {@code -testclass} or {@code -methods}
     */
    static List<Result> run(Platform platform, String service, List<String> settings, Duration patience, String kind, String names) throws Exception {
        Path output = Path.of("target", "jclouds-" + service + kind).toAbsolutePath();
        // Their checks are Java's assert.
        Program.of(System.getProperty("java.home") + "/bin/java", "-ea", "-Xmx512m", "--add-opens", "java.base/java.lang=ALL-UNNAMED")
                .and("-cp", CLASS_PATH, "-Djclouds.regions=us-east-1", "-Dtest." + service + ".endpoint=" + platform.endpoint())
                .and("-Dtest." + service + ".identity=" + platform.accessKey(), "-Dtest." + service + ".credential=" + platform.secretKey())
                .and(settings.toArray(String[]::new))
                .and("org.testng.TestNG", "-d", output.toString(), "-verbose", "0", kind, names)
                .in(Path.of("").toAbsolutePath()).within(patience).run();
        NodeList methods = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(output.resolve("testng-results.xml").toFile())
                .getElementsByTagName("test-method");
        return IntStream.range(0, methods.getLength()).mapToObj(i -> (Element) methods.item(i))
                .filter(method -> !method.getAttribute("is-config").equals("true") || !method.getAttribute("status").equals("PASS"))
                .map(Result::of).toList();
    }
}
