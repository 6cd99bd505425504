package org.kumiki.console;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Resources;
import org.kumiki.browser.Browser;

import com.fasterxml.jackson.databind.JsonNode;

/** The real console and a browser for all tests of a class; an operator, and a datacenter of one host, for each. */
abstract class InBrowser {

    static final Resources BIG = new Resources(32, 131_072, 8_388_608, 10_000);

    static RunningConsole console;
    static Browser browser;

    final FakeDatacenter datacenter = new FakeDatacenter();

    @BeforeAll
    static void start() throws Exception {
        boolean present = Browser.present();
        if (!present) {
            System.out.println("Skipped: the tests of the console's page need chromium and chromedriver (Debian: chromium-driver).");
        }
        assumeTrue(present, "chromium and chromedriver are not installed");
        FakeDatacenter none = new FakeDatacenter();
        console = RunningConsole.start(none, none, 0);
        browser = new Browser("en");
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (console != null) {
            console.close();
        }
    }

    @BeforeEach
    void startAfresh() throws Exception {
        datacenter.host("rack1-01", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of("zone", "us-east-1a"));
        console.withdraw(Datacenter.class);
        console.provide(Datacenter.class, datacenter);
        browser.resize(1280, 1000);
        browser.forget();
    }

    static List<String> payloads() throws IOException {
        List<String> payloads = Files.readAllLines(Path.of("src/test/resources/payloads.txt"));
        assertThat(payloads).hasSize(40).doesNotHaveDuplicates();
        return payloads;
    }

    InstanceId instance(String name, InstanceState state) {
        return datacenter.instance(name, "rack1-01", state, Duration.ofMinutes(1));
    }

    static void logIn() throws Exception {
        logIn(browser);
    }

    static void logIn(Browser browser) throws Exception {
        browser.open(console.at("/"));
        browser.run("document.querySelector('[name=kumiki-password]').value = arguments[0]; document.querySelector('form button').click()",
                console.password());
        browser.await("$('#pulse.live')");
    }

    static void press(String element) throws Exception {
        browser.press(element);
    }

    static String text(String expression) throws Exception {
        return browser.text(expression);
    }

    static List<String> strings(String expression) throws Exception {
        List<String> strings = new ArrayList<>();
        for (JsonNode one : browser.run("return " + expression)) {
            strings.add(one.asText());
        }
        return strings;
    }
}
