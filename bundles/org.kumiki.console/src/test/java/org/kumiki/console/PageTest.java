package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
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

/** The rules that the pages' own files keep. */
class PageTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Set<String> CONSOLES_OWN = Set.of("pluginRoot");

    /** Each is a way by which data could become markup or code. */
    private static final List<String> FORBIDDEN = List.of("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "srcdoc",
            "createContextualFragment", "DOMParser", "setHTMLUnsafe", "eval(", "Function(", "javascript:", "import(", "setTimeout('",
            "setAttribute('on", "setAttribute('style", "setAttribute('href", "setAttribute('src", ".href =", ".src =", "$(document)");

    static List<Path> scripts() throws IOException {
        return files("res", ".js");
    }

    static List<Path> pages() throws IOException {
        return files("page", ".html");
    }

    private static List<Path> pagesAndLogin() throws IOException {
        return Stream.concat(pages().stream(), Stream.of(RESOURCES.resolve("login/login.html"))).toList();
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void noScriptTurnsDataIntoMarkupOrCode(Path script) throws IOException {
        assertThat(Files.readString(script)).doesNotContain(FORBIDDEN);
    }

    @Test
    void noPageHoldsAScriptOrAnEventHandlerInsideIt() throws IOException {
        for (Path page : pagesAndLogin()) {
            assertThat(Files.readString(page)).doesNotContainPattern("\\son[a-z]+\\s*=").doesNotContainPattern("<script(?![^>]*src=)")
                    .doesNotContain("style=\"");
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theConsoleEatsNoBackslashesOfThePage(Path page) throws IOException {
        assertThat(Files.readString(page)).doesNotContain("\\");
    }

    @Test
    void everyTextThatThePagesUseIsThereAndNoOther() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Path page : pagesAndLogin()) {
            used.addAll(matches("\\$\\{([^}]+)}", Files.readString(page)));
        }
        used.removeAll(CONSOLES_OWN);
        used.removeAll(Set.of("message", "message.kind", "language"));
        used.addAll(Set.of("datacenter.title", "stores.title", "twin.title", "login.welcome", "login.wrong", "login.wait"));

        assertThat(texts("bundle.properties").stringPropertyNames()).containsExactlyInAnyOrderElementsOf(used);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyTextThatItsScriptsSayIsInThePage(Path page) throws IOException {
        String text = Files.readString(page);
        Set<String> said = new TreeSet<>();
        for (Path script : scriptsOf(text)) {
            said.addAll(matches("\\bsay\\('([^']*[^'.])'[,)]", Files.readString(script)));
        }

        assertThat(said).isNotEmpty().isSubsetOf(matches("data-key=\"([^\"]+)\"", text));
    }

    @Test
    void everyScriptBelongsToAPage() throws IOException {
        Set<Path> used = new TreeSet<>();
        for (Path page : pages()) {
            used.addAll(scriptsOf(Files.readString(page)));
        }

        assertThat(scripts()).containsExactlyInAnyOrderElementsOf(used);
    }

    /** Those that a page loads, and those that these import. */
    private static Set<Path> scriptsOf(String page) throws IOException {
        Deque<String> left = new ArrayDeque<>(matches("/res/([a-z]+\\.js)\"", page));
        Set<Path> scripts = new TreeSet<>();
        while (!left.isEmpty()) {
            Path script = RESOURCES.resolve("res").resolve(left.pop());
            if (scripts.add(script)) {
                left.addAll(matches("from '\\./([a-z]+\\.js)'", Files.readString(script)));
            }
        }
        return scripts;
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
