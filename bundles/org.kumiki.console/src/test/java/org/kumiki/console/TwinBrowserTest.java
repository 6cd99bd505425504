package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.Twin;
import org.kumiki.api.twin.WhatIf;

/** The page Twin as an operator has it. */
@Tag("browser")
class TwinBrowserTest extends InBrowser {

    private final FakeTwin twin = new FakeTwin();

    @BeforeEach
    void provide() {
        console.provide(Twin.class, twin);
        datacenter.plugIns(Stream.of("balance", "consolidate").map(name -> new PlugIn("policy", name, "org.kumiki.policy." + name + " 1.0.0",
                PlugIn.State.ACTIVE, "", Optional.empty(), 90, 0)).toList());
    }

    @AfterEach
    void withdraw() {
        if (console.provides(Twin.class)) {
            console.withdraw(Twin.class);
        }
    }

    private static void open() throws Exception {
        logIn();
        browser.open(console.at("/system/console/kumiki-twin"));
        browser.await("document.querySelector('#kumiki-twin') && $('#pulse.live') && $('[name=with]').options.length === 3");
    }

    private static void ask() throws Exception {
        browser.run("$('[name=without]').value = 'balance'; $('[name=with]').value = 'consolidate'; $('[name=fewer]').value = 2;"
                + "$('[name=hours]').value = 24");
        press("$('[type=submit]')");
        browser.await("$('[role=progressbar]:not([hidden])')");
    }

    @Test
    void bothSidesAreShownBesideEachOther() throws Exception {
        open();
        assertThat(text("$('#answer').hidden + ' ' + $('[data-act=cancel]').disabled")).isEqualTo("true true");

        ask();
        assertThat(twin.latest().question()).isEqualTo(new WhatIf(List.of(new Change.Replaced("balance", "consolidate"), new Change.FewerHosts(2)),
                Duration.ofHours(24)));
        assertThat(text("$('[role=progressbar]').getAttribute('aria-valuenow') + ' ' + $('[type=submit]').disabled")).isEqualTo("40 true");

        twin.latest().answer();
        browser.await("!$('#answer').hidden && $('[role=progressbar]').hidden");
        assertThat(text("$('[data-total=energy] [data-slot=asIs]').textContent")).isEqualTo("72");
        assertThat(text("$('[data-total=cost]').innerText")).contains("EUR", "18");
        assertThat(text("$('[data-total=moves] [data-slot=changed]').textContent")).isEqualTo("36");
        assertThat(strings("$$('#answer path').map(path => String(path.getTotalLength() > 400))")).hasSize(8).containsOnly("true");
        assertThat(strings("$$('[data-plot=hosts] path').map(path => path.getAttribute('d'))")).doesNotHaveDuplicates();
        assertThat(text("document.documentElement.scrollWidth <= innerWidth")).isEqualTo("true");
    }

    @Test
    void launchesFailuresAndHostsMoreAreAskedForInTheirTime() throws Exception {
        open();
        assertThat(strings("[...$('[name=type]').options].map(option => option.value)")).containsExactly("", "m1.small");
        browser.run("const set = (name, value) => { $('[name=' + name + ']').value = value; };"
                + "set('launch', 200); set('type', 'm1.small'); set('over', 1.5); set('fail', '2'); set('at', 3); set('more', 5)");
        press("$('[type=submit]')");
        browser.await("$('[role=progressbar]:not([hidden])')");

        assertThat(twin.latest().question()).isEqualTo(new WhatIf(List.of(new Change.MoreHosts(5, Optional.empty()),
                new Change.Launches(200, Optional.of("m1.small"), Duration.ofMinutes(90)), new Change.FullestHostsFail(2, Duration.ofHours(3))),
                Duration.ofHours(6)));
        twin.latest().answer();
        browser.await("!$('#answer').hidden");
        assertThat(text("$('[data-total=launches] [data-slot=changed]').textContent")).isEqualTo("200");
        assertThat(text("$('[data-total=lost] [data-slot=changed]').textContent")).isEqualTo("9");
    }

    @Test
    void whatCannotBeAskedIsSaidInWords() throws Exception {
        open();
        browser.run("$('[name=fail]').value = 'lab-1'; $('[name=at]').value = 7");
        press("$('[type=submit]')");
        browser.await("!$('[data-slot=failure]').hidden");
        assertThat(text("$('[data-slot=failure]').textContent")).contains("what is to happen within 7h takes a look further ahead than 6h");
    }

    @Test
    void whyThereIsNoAnswerIsSaid() throws Exception {
        open();
        ask();
        twin.latest().fail("policy consolidate has not answered for 30 s");
        browser.await("!$('[data-slot=failure]').hidden");
        assertThat(text("$('[data-slot=failure]').textContent")).isEqualTo("policy consolidate has not answered for 30 s");
        assertThat(text("$('#answer').hidden")).isEqualTo("true");
    }

    @Test
    void aQuestionIsTakenBack() throws Exception {
        open();
        ask();
        press("$('[data-act=cancel]')");
        browser.await("$('[role=progressbar]').hidden && !$('[type=submit]').disabled");
        assertThat(text("$('[data-slot=failure]').textContent")).isEqualTo("it was cancelled");
    }

    @Test
    void withoutATwinNothingCanBeAsked() throws Exception {
        console.withdraw(Twin.class);
        open();
        browser.await("$('#pulse').textContent.includes('The twin is not there.')");
        assertThat(text("$('[type=submit]').disabled")).isEqualTo("true");
    }

    @Test
    void whatWasForeseenStandsBesideWhatHappened() throws Exception {
        InstanceId web = instance("web", InstanceState.RUNNING);
        datacenter.forecasts(Oracle.day(List.of(datacenter.inventory().instances().find(web).orElseThrow())));
        open();
        browser.await("$$('#forecasts .newest tbody tr').length === 20");

        assertThat(strings("$$('#forecasts .off tbody tr').map(row => row.querySelector('[data-slot=kind]').textContent)"))
                .containsExactly("start", "stop", "move", "cold move");
        assertThat(text("$('#forecasts .off tbody tr').innerText")).matches("(?s)start\\s+120\\s+[0-9.]+ %\\s+–\\s+[0-9.]+ points\\s+[0-9.]+ points");
        assertThat(strings("$$('[data-scatter=total] .dots').map(path => String(path.getAttribute('d').split('M').length - 1))"))
                .as("others, starts, stops, cold moves, moves").containsExactly("0", "119", "10", "10", "60");
        assertThat(strings("$$('[data-scatter=load] .dots').map(path => String(path.getAttribute('d').length > 0))").get(0)).as("others came or went").isEqualTo("true");
        assertThat(strings("$$('[data-scatter=total] .up').map(tick => tick.textContent)")).containsExactly("1 s", "10 s", "100 s");
        String newest = text("$('#forecasts .newest tbody tr').innerText");
        assertThat(newest).contains("start", "web", web.value(), "failed", "rack1-01");
        assertThat(text("$('#forecasts .newest tbody tr .bad').title")).isEqualTo("no room");
        assertThat(text("document.documentElement.scrollWidth <= innerWidth")).isEqualTo("true");
    }

    @Test
    void aForecastLeadsToItsDecision() throws Exception {
        InstanceId web = instance("web", InstanceState.RUNNING);
        datacenter.forecasts(Oracle.day(List.of(datacenter.inventory().instances().find(web).orElseThrow())));
        open();
        browser.await("$$('#forecasts .newest a').length === 20");

        assertThat(text("$('#forecasts .newest a').textContent + ' ' + $('#forecasts .newest a').hash")).isEqualTo("no. 1 #decision=1");
        press("$('#forecasts .newest a')");
        browser.await("document.querySelector('#kumiki-datacenter') && $('#pulse.live') && !$('#panel').hidden");

        browser.await("$('#panel').innerText.includes('" + web.value() + "')");
        assertThat(text("$('#panel-title').textContent")).contains("1");
    }

    @Test
    void withoutForecastsThatIsSaid() throws Exception {
        open();
        browser.await("!$('#forecasts .nothing').hidden");
        assertThat(text("$('#forecasts .known').hidden + ' ' + $('#forecasts .nothing').textContent")).isEqualTo("true Nothing has been started or moved yet.");
    }

    @Test
    void noReasonOrNameBecomesMarkup() throws Exception {
        open();
        for (String payload : payloads()) {
            InstanceId named = instance(payload, InstanceState.RUNNING);
            datacenter.forecasts(List.of(Oracle.failed(datacenter.inventory().instances().find(named).orElseThrow(), payload)));
            browser.run("document.dispatchEvent(new Event('visibilitychange'))");
            browser.await("$$('#forecasts .newest tbody tr').length === 1 && $('#forecasts .newest .bad').title === arguments[0]", payload);
            assertThat(text("$('#forecasts .newest [data-slot=guest]').textContent")).isEqualTo(payload);
        }
        assertThat(text("$$('#forecasts script, #forecasts img, #forecasts iframe').length + ' ' + (window.pwned ?? 'no')")).isEqualTo("0 no");
    }
}
