package org.kumiki.browser;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A headless Chromium, driven by chromedriver in the words of W3C WebDriver, which are JSON over HTTP.
 * <p>
 * It waits inside the browser, by its frames: {@link #await} answers as soon as its condition holds.
 */
public final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path profile;
    private final Process driver;
    private final String address;
    private String session = "";

    /** Whether both programs are installed and run; some distributions have scripts of these names that only say where to get them. */
    public static boolean present() {
        return runs("chromium") && runs("chromedriver");
    }

    private static boolean runs(String program) {
        Optional<Path> found = find(program);
        try {
            return found.isPresent() && new ProcessBuilder(found.get().toString(), "--version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Optional<Path> find(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable).findFirst();
    }

    public Browser(String language) throws IOException, InterruptedException {
        profile = Files.createTempDirectory("kumiki-browser-");
        driver = new ProcessBuilder(find("chromedriver").orElseThrow().toString(), "--port=0")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        address = "http://127.0.0.1:" + port(driver.inputReader());
        List<String> options = List.of("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                "--user-data-dir=" + profile);
        JsonNode begun = call("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", Map.of("browserName", "chrome",
                "goog:chromeOptions", Map.of("binary", find("chromium").orElseThrow().toString(), "args", options, "prefs",
                        Map.of("intl.accept_languages", language))))));
        session = "/session/" + begun.get("sessionId").asText();
        call("POST", session + "/timeouts", Map.of("script", 10_000)); // those of await take a second, on a machine that has time
    }

    private static String port(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher started = PORT.matcher(line);
            if (started.find()) {
                return started.group(1);
            }
        }
        throw new IOException("chromedriver did not start");
    }

    public void open(URI page) throws IOException, InterruptedException {
        call("POST", session + "/url", Map.of("url", page.toString()));
    }

    public void resize(int width, int height) throws IOException, InterruptedException {
        call("POST", session + "/window/rect", Map.of("width", width, "height", height));
    }

    /** Leaves the page, and forgets who was logged in. */
    public void forget() throws IOException, InterruptedException {
        call("DELETE", session + "/cookie", null);
        open(URI.create("about:blank"));
    }

    /** Runs JavaScript in the page. In it, {@code $} finds an element of a page of ours, and {@code $$} all. */
    public JsonNode run(String script, Object... arguments) throws IOException, InterruptedException {
        return call("POST", session + "/execute/sync", Map.of("script", HELPERS + script, "args", Arrays.asList(arguments)));
    }

    /** Waits until a JavaScript expression is true, or anything but nothing, whatever page is there by then. */
    public void await(String expression, Object... arguments) throws IOException, InterruptedException {
        String script = HELPERS + """
                const done = arguments[arguments.length - 1];
                const end = Date.now() + 1000;
                const holds = () => { try { return Boolean(%s); } catch (error) { return false; } };
                const look = () => { if (holds() || Date.now() > end) done(holds()); else setTimeout(look, 20); };
                look();
                """.formatted(expression);
        String trouble = "";
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end;) {
            try {
                if (call("POST", session + "/execute/async", Map.of("script", script, "args", List.of(arguments))).asBoolean()) {
                    return;
                }
            } catch (IOException e) {
                trouble = e.getMessage(); // the page went while it was asked: ask the next one
            }
        }
        String page = run("return (root ?? document.body).textContent.slice(0, 2000)").asText();
        throw new AssertionError("waited in vain for: " + expression + "\n" + trouble + "\nThe page says: " + page);
    }

    /** Clicks an element, when it is there. */
    public void press(String element) throws IOException, InterruptedException {
        await(element);
        run(element + ".click()");
    }

    /** What an expression is, as text. */
    public String text(String expression) throws IOException, InterruptedException {
        return run("return String(" + expression + ")").asText();
    }

    private static final String HELPERS = """
            const root = document.querySelector('#kumiki-datacenter, #kumiki-stores, #kumiki-twin')?.shadowRoot;
            const $ = selector => root?.querySelector(selector);
            const $$ = selector => [...root?.querySelectorAll(selector) ?? []];
            const tileOf = name => $$('.host').find(tile => tile.querySelector('[data-slot=id]').textContent === name);
            const rowOf = name => $$('#instances tbody tr').find(row => row.querySelector('[data-slot=name]').textContent === name);
            """;

    public byte[] screenshot() throws IOException, InterruptedException {
        return Base64.getDecoder().decode(call("GET", session + "/screenshot", null).asText());
    }

    private JsonNode call(String method, String path, Object body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE.plusSeconds(30))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body))).build();
        JsonNode value = JSON.readTree(client.send(request, BodyHandlers.ofString()).body()).get("value");
        if (value.has("error")) {
            throw new IOException(value.get("error").asText() + ": " + value.get("message").asText());
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        try {
            if (!session.isEmpty()) {
                call("DELETE", session, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            driver.destroy();
            driver.onExit().join();
        }
        // What is left of Chromium tidies up, too, while it ends.
        for (int attempt = 0; attempt < 50 && Files.exists(profile); attempt++) {
            try (Stream<Path> files = Files.walk(profile)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            } catch (NoSuchFileException | UncheckedIOException e) {
                continue; // something has just vanished
            }
        }
    }
}
