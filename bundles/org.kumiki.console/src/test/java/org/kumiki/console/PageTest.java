package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules that the page's own files keep. */
class PageTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Set<String> CONSOLES_OWN = Set.of("pluginRoot");

    /** Each is a way by which data could become markup or code. */
    private static final List<String> FORBIDDEN = List.of("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "srcdoc",
            "createContextualFragment", "DOMParser", "setHTMLUnsafe", "eval(", "Function(", "javascript:", "import(", "setTimeout('",
            "setAttribute('on", "setAttribute('style", "setAttribute('href", "setAttribute('src", ".href =", ".src =", "$(document)");

    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES.resolve("res"))) {
            return files.filter(file -> file.toString().endsWith(".js")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void noScriptTurnsDataIntoMarkupOrCode(Path script) throws IOException {
        assertThat(Files.readString(script)).doesNotContain(FORBIDDEN);
    }

    @Test
    void noPageHoldsAScriptOrAnEventHandlerInsideIt() throws IOException {
        for (String page : List.of("page/datacenter.html", "login/login.html")) {
            String text = Files.readString(RESOURCES.resolve(page));
            assertThat(text).doesNotContainPattern("\\son[a-z]+\\s*=").doesNotContainPattern("<script(?![^>]*src=)")
                    .doesNotContain("style=\"");
        }
    }

    @Test
    void theConsoleEatsNoBackslashesOfThePage() throws IOException {
        assertThat(Files.readString(RESOURCES.resolve("page/datacenter.html"))).doesNotContain("\\");
    }

    @Test
    void everyTextThatThePagesUseIsThereAndNoOther() throws IOException {
        Set<String> used = new TreeSet<>();
        for (String page : List.of("page/datacenter.html", "login/login.html")) {
            used.addAll(matches("\\$\\{([^}]+)}", Files.readString(RESOURCES.resolve(page))));
        }
        used.removeAll(CONSOLES_OWN);
        used.removeAll(Set.of("message", "message.kind", "language"));
        used.addAll(Set.of("datacenter.title", "login.welcome", "login.wrong", "login.wait"));

        assertThat(texts("bundle.properties").stringPropertyNames()).containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void everyTextThatTheScriptsSayIsInThePage() throws IOException {
        Set<String> there = matches("data-key=\"([^\"]+)\"", Files.readString(RESOURCES.resolve("page/datacenter.html")));
        Set<String> said = new TreeSet<>();
        for (Path script : scripts()) {
            said.addAll(matches("\\bsay\\('([^']*[^'.])'[,)]", Files.readString(script)));
        }

        assertThat(said).isNotEmpty().isSubsetOf(there);
    }

    @Test
    void japaneseSaysEverythingThatEnglishSays() throws IOException {
        Properties english = texts("bundle.properties");
        Properties japanese = texts("bundle_ja.properties");

        assertThat(japanese.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
        for (String key : english.stringPropertyNames()) {
            assertThat(matches("(\\{\\d})", japanese.getProperty(key))).as(key).isEqualTo(matches("(\\{\\d})", english.getProperty(key)));
        }
    }

    @Test
    void noTextHoldsMarkup() throws IOException {
        for (String name : List.of("bundle.properties", "bundle_ja.properties")) {
            assertThat(Files.readString(l10n(name))).as(name).matches("\\p{ASCII}*").doesNotContain("<", ">", "\"");
        }
    }

    private static Properties texts(String name) throws IOException {
        Properties texts = new Properties();
        texts.load(new StringReader(Files.readString(l10n(name))));
        return texts;
    }

    private static Path l10n(String name) {
        return RESOURCES.resolve("OSGI-INF/l10n").resolve(name);
    }

    private static Set<String> matches(String pattern, String text) {
        Set<String> found = new TreeSet<>();
        for (Matcher matcher = Pattern.compile(pattern).matcher(text); matcher.find();) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
