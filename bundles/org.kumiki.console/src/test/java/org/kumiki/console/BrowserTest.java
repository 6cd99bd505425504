package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.VolumeId;
import org.kumiki.browser.Browser;

/** The page as an operator has it: in a browser, against the real console. */
@Tag("browser")
class BrowserTest extends InBrowser {

    @Test
    void anOperatorLogsInSeesTheDatacenterAndTerminatesAnInstance() throws Exception {
        InstanceId doomed = instance("doomed", InstanceState.RUNNING);
        instance("spared", InstanceState.RUNNING);
        datacenter.volume(new VolumeId("vol-0a1b2c3d4e5f60718"), doomed, true).volume(new VolumeId("vol-0a1b2c3d4e5f60719"), doomed, false);

        logIn();
        assertThat(text("$$('.host').map(tile => tile.querySelector('[data-slot=id]').textContent).join()")).isEqualTo("rack1-01");
        assertThat(text("$$('#instances tbody [data-slot=name]').map(name => name.textContent).sort().join()")).isEqualTo("doomed,spared");
        assertThat(text("$('#tile-instances [data-slot=running]').textContent")).isEqualTo("2");

        press("rowOf('doomed').querySelector('[data-act=terminate]')");
        browser.await("$('#confirm').open");
        assertThat(text("$('#confirm').textContent")).contains("Terminate doomed?", doomed.value(), "rack1-01",
                "the volume vol-0a1b2c3d4e5f60718", "127.80.0.2", "These volumes stay: vol-0a1b2c3d4e5f60719");
        press("$('#confirm [value=yes]')");

        browser.await("rowOf('doomed').querySelector('[data-slot=state]').textContent === 'shutting down'");
        assertThat(datacenter.submitted()).containsExactly(new InstanceCommand.Terminate(List.of(doomed)));
        datacenter.settle();
        browser.await("!rowOf('doomed') && rowOf('spared')");
        browser.await("$('#tile-instances [data-slot=running]').textContent === '1'");
    }

    @Test
    void aCancelledQuestionChangesNothing() throws Exception {
        instance("web-1", InstanceState.RUNNING);
        logIn();

        press("rowOf('web-1').querySelector('[data-act=terminate]')");
        browser.await("$('#confirm').open");
        press("$('#confirm [value=no]')");
        browser.await("!$('#confirm').open");
        press("rowOf('web-1').querySelector('[data-act=stop]')");
        browser.await("$('#confirm').open && $('#confirm h2').textContent === 'Stop web-1?'");

        assertThat(datacenter.submitted()).isEmpty();
    }

    @Test
    void aProtectedInstanceIsNotEvenAskedAbout() throws Exception {
        datacenter.change(instance("safe", InstanceState.RUNNING), instance -> instance.withTerminationProtected(true));
        logIn();

        press("rowOf('safe').querySelector('[data-act=terminate]')");

        browser.await("$('#toasts').textContent.includes('protected from termination')");
        assertThat(browser.run("return $('#confirm').open").asBoolean()).isFalse();
    }

    @Test
    void aRefusalIsShownInTheEnginesOwnWords() throws Exception {
        InstanceId id = instance("web-1", InstanceState.STOPPED);
        logIn();
        browser.await("rowOf('web-1').querySelector('[data-act=start]:not(:disabled)')");
        datacenter.change(id, instance -> instance.with(InstanceState.PENDING, instance.since(), Optional.empty()));

        // Even if it has seen that meanwhile, the page asks for what has become impossible.
        browser.run("const held = rowOf('web-1').querySelector('[data-act=start]'); held.disabled = false; held.click()");

        browser.await("$('#toasts').textContent === 'web-1: " + id + " is pending, not stopped'");
    }

    @Test
    void showsWhatTheGuestWroteAndGoesOnShowingIt() throws Exception {
        InstanceId id = instance("web-1", InstanceState.RUNNING);
        datacenter.writes(id, "\u001b[32mbooting\u001b[0m\r\n");
        logIn();

        press("rowOf('web-1').querySelector('[data-act=console]')");
        browser.await("$('.screen').textContent === 'booting\\n'");
        datacenter.writes(id, "\u001b[32mbooting\u001b[0m\r\nlogin: ");

        browser.await("$('.screen').textContent === 'booting\\nlogin: '");
    }

    @Test
    void saysWhyAnInstanceIsWhereItIsAndWhyNotElsewhere() throws Exception {
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.DRAINING, BIG, Map.of());
        instance("web-1", InstanceState.RUNNING);
        logIn();

        press("rowOf('web-1')");
        press("$('[data-tab=why]')");

        browser.await("$('[data-body=why] .not li')");
        assertThat(text("$('[data-body=why]').innerText")).contains("rack1-01", "org.kumiki.scheduler.bestfit 1.0.0",
                "it leaves the least memory unused", "is being drained", "rack1-02");
    }

    @Test
    void showsWhatIsNewByItself() throws Exception {
        logIn();
        assertThat(text("$('#instances .nothing').hidden")).isEqualTo("false");

        instance("late", InstanceState.PENDING);

        browser.await("rowOf('late')");
    }

    @Test
    void findsOneOfManyAndRemembersTheQuestionInItsAddress() throws Exception {
        for (int i = 0; i < 40; i++) {
            instance("web-" + i, InstanceState.RUNNING);
        }
        logIn();
        assertThat(text("$$('#instances tbody tr').length")).isEqualTo("15");

        browser.run("$('#instance-text').value = 'web-3'; $('#instance-text').dispatchEvent(new Event('input'))");
        browser.await("$$('#instances tbody tr').length === 11");
        browser.run("location.reload()");

        browser.await("$$('#instances tbody tr').length === 11 && $('#instance-text').value === 'web-3'");
    }

    @Test
    void putsTechnologiesIntoTheClassification() throws Exception {
        datacenter.plugIns(List.of(plugIn("qemu", "", "")));
        instance("web-1", InstanceState.RUNNING);
        logIn();

        assertThat(text("$('[data-monitor=HOST_OS] [data-method=BINARY_TRANSLATION] .chip').innerText")).contains("qemu", "1 guest");
        assertThat(text("$$('.chip').length")).isEqualTo("1");
    }

    @Test
    void saysThatTheEngineIsAwayAndComesBackWithIt() throws Exception {
        instance("web-1", InstanceState.RUNNING);
        logIn();

        console.withdraw(Datacenter.class);
        browser.await("!$('#trouble').hidden && $('#trouble').textContent.startsWith('The engine is not there.')");
        assertThat(text("rowOf('web-1') !== undefined")).as("what was seen last stays").isEqualTo("true");
        console.provide(Datacenter.class, datacenter);

        browser.await("$('#trouble').hidden");
    }

    @Test
    void aLogoutElsewhereLeadsToTheLogin() throws Exception {
        String password = console.password();
        logIn();

        Files.writeString(console.data().resolve("console-password"), "changed-by-an-operator\n");

        try {
            browser.await("document.querySelector('[name=kumiki-password]')");
        } finally {
            Files.writeString(console.data().resolve("console-password"), password + "\n");
        }
    }

    @Test
    void speaksJapaneseToWhomAsksForIt() throws Exception {
        try (Browser japanese = new Browser("ja")) {
            logIn(japanese);

            assertThat(japanese.run("return $('#instances h2').textContent").asText()).isEqualTo("インスタンス");
            assertThat(japanese.run("return $('#pulse').textContent").asText()).contains("最新");
        }
    }

    @Test
    void fitsIntoNarrowAndWideWindows() throws Exception {
        instance("a-name-that-is-so-long-that-nobody-would-give-it-except-one-who-wants-to-see-what-happens", InstanceState.RUNNING);
        for (int width : new int[] { 1280, 1600 }) {
            browser.forget();
            browser.resize(width, 1000);
            logIn();
            assertThat(browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth").asInt())
                    .as("sideways at " + width).isZero();
        }
    }

    /** T34: forty names that are scripts, in every field that a client, guest or bundle can fill. */
    @Test
    void nothingThatSomebodyNamedEverRunsAsAScript() throws Exception {
        List<String> payloads = payloads();
        for (String payload : payloads) {
            InstanceId id = instance(payload, InstanceState.RUNNING);
            datacenter.change(id, instance -> instance.withTags(Map.of("Name", payload, payload, payload)).with(instance.state(),
                    instance.since(), Optional.of(payload)).with(instance.spec().withType(payload), instance.resources()));
            datacenter.writes(id, payload + "\u001b]0;" + payload + "\u0007\r\n");
            datacenter.decided(decision -> new Decision(decision.number(), decision.at(), decision.view(), payload, decision.subject(),
                    decision.chosen(), payload, decision.refusals()), id);
        }
        datacenter.plugIns(payloads.stream().map(payload -> plugIn(payload, payload, payload)).toList());
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of(payloads.get(0), payloads.get(12)));
        logIn();
        browser.run("window.ran = 0; window.kumikiRan = () => window.ran++; document.addEventListener('securitypolicyviolation',"
                + " event => { window.violated = (window.violated ?? '') + event.violatedDirective + ' ' + event.blockedURI + '; '; })");

        List<String> shown = new ArrayList<>();
        for (int page = 1; page <= 3; page++) {
            browser.await("$('#instances .pages span').textContent.startsWith(arguments[0] + '–')", 15 * page - 14);
            for (String name : strings("$$('#instances tbody [data-slot=name]').map(name => name.textContent)")) {
                shown.add(name);
                showEverythingOf(name);
            }
            if (page < 3) {
                press("$('#instances .pages button:last-child')");
            }
        }
        assertThat(shown).containsExactlyInAnyOrderElementsOf(payloads);
        assertThat(strings("$$('#plugins [data-slot=note]').map(note => note.textContent)")).containsAll(payloads);

        assertThat(browser.run("return window.ran").asInt()).isZero();
        assertThat(browser.run("return window.violated ?? ''").asText()).as("nothing even tried to").isEmpty();
    }

    /** Opens each tab of the instance's panel, and its question, and sees that the name is there letter by letter. */
    private static void showEverythingOf(String name) throws Exception {
        browser.await("rowOf(arguments[0])", name);
        browser.run("rowOf(arguments[0]).querySelector('[data-act=console]').click()", name);
        browser.await("$('#panel-title').textContent === arguments[0] && $('.screen').textContent === arguments[0] + '\\n'", name);
        browser.await("['detail', 'why'].every(tab => $(`[data-body=${tab}]`).textContent.includes(arguments[0]))", name);
        press("$('[data-tab=why]')");
        press("$('[data-tab=detail]')");
        press("$('#panel .acts .harsh')");
        browser.await("$('#confirm').open && $('#confirm h2').textContent.includes(arguments[0])", name);
        press("$('#confirm [value=no]')");
        press("$('#panel .close')");
    }

    /** A test that cannot fail proves nothing: the same texts do run where they are put into a page as markup. */
    @Test
    void theSameTextsDoRunInAPageThatIsCareless() throws Exception {
        browser.open(URI.create("data:text/html,%3Cbody%3E%3C/body%3E"));
        List<String> harmless = harmless(payloads(), 20);
        if (harmless.size() >= 14) { // on a machine that is busy, some run later
            harmless = harmless(harmless, 200);
        }
        assertThat(harmless).as("the others, which run in other places or older browsers").hasSizeLessThan(14);
    }

    /** Those that have not run after so many looks at them. */
    private static List<String> harmless(List<String> payloads, int turns) throws Exception {
        List<String> harmless = new ArrayList<>();
        for (String payload : payloads) {
            browser.run("window.ran = 0; window.kumikiRan = () => window.ran++; document.body.replaceChildren();"
                    + "document.body.append(document.createRange().createContextualFragment(arguments[0]))", payload);
            if (!browser.run("return new Promise(done => { let turns = arguments[0];"
                    + "(function look() { window.ran || turns-- === 0 ? done(window.ran) : setTimeout(look, 10); })(); })", turns).asBoolean()) {
                harmless.add(payload);
            }
        }
        return harmless;
    }

    /** The second line of defence: markup that did get into the page could still not run. */
    @Test
    void thePagesPolicyStopsWhatTheScriptsWouldLetThrough() throws Exception {
        logIn();
        browser.run("window.ran = 0; window.kumikiRan = () => window.ran++; window.violations = 0;"
                + "document.addEventListener('securitypolicyviolation', () => window.violations++)");

        for (String payload : payloads()) {
            browser.run("document.body.append(document.createRange().createContextualFragment(arguments[0]))", payload);
        }

        browser.await("window.violations >= 20");
        assertThat(browser.run("return window.ran").asInt()).isZero();
    }

    private static PlugIn plugIn(String name, String bundle, String note) {
        return new PlugIn("hypervisor", name, bundle, PlugIn.State.ACTIVE, note, Optional.of(FakeDatacenter.QEMU), 1, 0);
    }
}
