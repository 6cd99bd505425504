package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Technology;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Part;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;

/** What moves, and how an operator steers it: in a browser, against the real console. */
@Tag("browser")
class SteeringBrowserTest extends InBrowser {

    private static final HostId FIRST = new HostId("rack1-01");

    @Test
    void aHostIsDrainedAndSeenToEmptyAndIsInMaintenance() throws Exception {
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        InstanceId web = instance("web-1", InstanceState.RUNNING);
        logIn();
        assertThat(guestsOf("rack1-01")).containsExactly("web-1");
        assertThat(text("$('#moves .nothing').hidden")).isEqualTo("false");

        press("tileOf('rack1-01').querySelector('[data-act=drain]')");
        browser.await("$('#confirm').open");
        assertThat(text("$('#confirm').textContent")).contains("Drain rack1-01?", "1 guest is to move to another host while it runs");
        press("$('#confirm [value=yes]')");
        browser.await("tileOf('rack1-01').querySelector('[data-slot=state]').textContent === 'draining'");
        assertThat(datacenter.submitted()).containsExactly(new HostCommand.Accept(FIRST, false));

        datacenter.departs(web, "rack1-02", "host rack1-01 is to be empty");
        browser.await("tileOf('rack1-01').querySelector('.guest[data-move=out]') && tileOf('rack1-02').querySelector('.guest[data-move=in]')");
        browser.await("$('#moves [data-slot=how]').textContent === 'The destination is made ready'");
        datacenter.reports(web, new MigrationProgress(Phase.PRECOPY, Duration.ofSeconds(12), 1, 1500L << 20, 400L << 20, 10e6, 110e6, 0.1));
        browser.await("$('#moves [data-slot=percent]').textContent === '74 %'");
        assertThat(text("$('#moves li').innerText")).contains("web-1", "rack1-01", "rack1-02", "round 2", "1.5 GiB sent", "400 MiB left",
                "at 110 MB/s", "10 MB/s dirtied", "slowed by 10 %", "about 4 s to go", "host rack1-01 is to be empty");
        assertThat(text("tileOf('rack1-01').querySelector('[data-slot=where]').textContent")).isEqualTo("→ rack1-02");
        assertThat(text("tileOf('rack1-02').querySelector('[data-slot=where]').textContent")).isEqualTo("74 %");
        assertThat(text("$$('.paths g').length + ' ' + ($('.paths .way').getTotalLength() > 100)")).isEqualTo("1 true");
        assertThat(text("rowOf('web-1').querySelector('[data-slot=host]').textContent")).isEqualTo("rack1-01 → rack1-02");

        datacenter.arrives(web);
        browser.await("tileOf('rack1-01').dataset.state === 'maintenance'");
        assertThat(text("tileOf('rack1-01').innerText")).contains("maintenance", "0 guests", "empty by intent");
        assertThat(text("tileOf('rack1-02').querySelector('.guest').innerText + $$('.guest').length + $$('.paths g').length")).isEqualTo("web-110");
        assertThat(text("$('#moves li').innerText")).contains("moved", "stood still for 12 ms");

        press("tileOf('rack1-01').querySelector('[data-act=accept]')");
        browser.await("tileOf('rack1-01').dataset.state === 'up'");
    }

    @Test
    void aMoveIsGivenUp() throws Exception {
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        InstanceId web = instance("web-1", InstanceState.RUNNING);
        datacenter.departs(web, "rack1-02", "an operator wants it");
        logIn();

        press("$('#moves [data-act=cancel]')");
        browser.await("$('#confirm').open && $('#confirm h2').textContent === 'Give the move of web-1 up?'");
        press("$('#confirm [value=yes]')");

        browser.await("$('#moves [data-slot=state]').textContent === 'stayed' && $('#moves [data-slot=reason]').textContent === 'it was cancelled'");
        assertThat(datacenter.submitted()).containsExactly(new MigrationCommand.Cancel(web));
        assertThat(text("$('#moves [data-act=cancel]').hidden + ' ' + $$('.guest[data-move]').length")).isEqualTo("true 0");
    }

    @Test
    void anEmptyHostIsSwitchedOffAndOnAndOneWithGuestsIsNot() throws Exception {
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        instance("web-1", InstanceState.RUNNING);
        logIn();
        assertThat(text("tileOf('rack1-01').querySelector('[data-act=off]').disabled")).isEqualTo("true");
        assertThat(text("tileOf('rack1-01').querySelector('[data-act=off]').title")).isEqualTo("Guests are here: drain the host first.");

        press("tileOf('rack1-02').querySelector('[data-act=off]')");
        browser.await("$('#confirm').open && $('#confirm').textContent.includes('0 guests are to move')");
        press("$('#confirm [value=yes]')");
        browser.await("tileOf('rack1-02').dataset.state === 'off'");
        assertThat(text("tileOf('rack1-02').innerText")).contains("switched off", "an operator wants it");

        press("tileOf('rack1-02').querySelector('[data-act=on]')");
        browser.await("$('#confirm').open && $('#confirm h2').textContent === 'Switch rack1-02 on?'");
        press("$('#confirm [value=yes]')");
        browser.await("tileOf('rack1-02').dataset.state === 'up'");
        assertThat(datacenter.submitted()).containsExactly(new HostCommand.Power(new HostId("rack1-02"), false, "an operator wants it"),
                new HostCommand.Power(new HostId("rack1-02"), true, "an operator wants it"));
    }

    @Test
    void aHostInMaintenanceIsTakenOut() throws Exception {
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.MAINTENANCE, BIG, Map.of());
        logIn();

        press("tileOf('rack1-02').querySelector('[data-act=remove]')");
        browser.await("$('#confirm').open");
        press("$('#confirm [value=yes]')");

        browser.await("!tileOf('rack1-02') && tileOf('rack1-01')");
    }

    @Test
    void plansSayWhatTheyWantAndAdviceIsMarked() throws Exception {
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.OFF, BIG, Map.of());
        InstanceId web = instance("web-1", InstanceState.RUNNING);
        InstanceId mail = instance("mail", InstanceState.RUNNING);
        logIn();
        assertThat(text("$('#plans .nothing').hidden")).isEqualTo("false");

        datacenter.plans(new PlanReport("balance", "org.kumiki.policy.balance 1.0.0", true, Instant.now(), 3, "rack1-01 is too busy", List.of(
                new PlanReport.Step(new Action.Wake(new HostId("rack1-02")), "room is needed", PlanReport.State.WAITING, ""),
                new PlanReport.Step(new Action.Migrate(web, new HostId("rack1-02")), "it is hot", PlanReport.State.REFUSED,
                        "rack1-02 is switched off")),
                List.of(new Plan.Left(mail, "it is pinned to rack1-01"))));

        browser.await("$$('#plans > ol > li').length === 1");
        assertThat(text("$('#plans li').innerText.replace(/\\s+/g, ' ')")).contains("balance advice 1 waiting · 1 refused", "rack1-01 is too busy",
                "Advice: nothing of it is carried out.", "waiting switch rack1-02 on",
                "refused web-1 from rack1-01 to rack1-02 it is hot rack1-02 is switched off",
                "mail stays on rack1-01 it is pinned to rack1-01");
        assertThat(datacenter.submitted()).isEmpty();
        press("rowOf('mail')");
        browser.await("$('[data-body=why] .wishes').textContent === 'balance left it where it is: it is pinned to rack1-01'");

        datacenter.plans(new PlanReport("maintenance", "m 1", false, Instant.now(), 3, "1 host is to be empty",
                List.of(new PlanReport.Step(new Action.Migrate(web, new HostId("rack1-02")), "so", PlanReport.State.UNDER_WAY, "")), List.of()));
        browser.await("$('#plans [data-slot=policy]').textContent === 'maintenance' && $('#plans [data-slot=state]').textContent === 'under way'");
        assertThat(text("$('#plans .advice').hidden")).isEqualTo("true");
    }

    @Test
    void aPromotionThatIsRehearsedForLongGoesOnAndItIsSaidWhereToLook() throws Exception {
        datacenter.plugIns(List.of(new PlugIn("policy", "powersave", "p 1", PlugIn.State.ACTIVE, "", Optional.empty(), 1, 0)));
        logIn();
        browser.await("$$('#rehearsals form [name=id] option').length === 1");
        browser.run("const form = $('#rehearsals form'); form.querySelector('[name=id]').value = 'powersave'; "
                + "form.querySelector('[name=moves]').value = '3'");
        press("$('#rehearsals form [data-act=promote]')");
        browser.await("$('#confirm').open");
        press("$('#confirm [value=yes]')");
        browser.await("$('#toasts').textContent.includes('powersave is still being rehearsed.')");

        assertThat(datacenter.submitted()).containsExactly(new PolicyCommand.Promote("powersave", Optional.empty(),
                new Bounds(OptionalInt.of(3), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty())));
    }

    @Test
    void aPolicyIsMadeACanaryByTheFormAndRolledBackByItsButton() throws Exception {
        datacenter.plugIns(Stream.of("consolidate", "powersave")
                .map(name -> new PlugIn("policy", name, "org.kumiki.policy." + name + " 1.0.0", PlugIn.State.ACTIVE, "", Optional.empty(), 1, 0)).toList())
                .rehearsals(Theatre.canary());
        logIn();
        browser.await("$$('#rehearsals .plots path.candidate').length === 4");
        assertThat(text("$('#rehearsals li .head').innerText")).contains("powersave", "canary", "in place of consolidate", "2 hosts", "moves \u2264 10/h");
        assertThat(text("$('#rehearsals .plot').innerText")).contains("Hosts on", "50 %", "other 100 %");

        browser.run("const form = $('#rehearsals form'); form.querySelector('[name=id]').value = 'powersave'; "
                + "form.querySelector('[name=other]').value = 'consolidate'; form.querySelector('[name=moves]').value = '3'");
        press("$('#rehearsals form [data-act=canary]')");
        browser.await("$('#confirm').open && $('#confirm h2').textContent === 'Let powersave decide on hosts of its own?'");
        press("$('#confirm [value=yes]')");
        browser.await("$('#toasts').textContent.includes('powersave decides on hosts of its own.')");
        press("$('#rehearsals li [data-act=rollback]')");
        browser.await("$('#confirm').open && $('#confirm h2').textContent === 'Take back what powersave was made?'");
        press("$('#confirm [value=yes]')");
        browser.await("$('#toasts').textContent.includes('powersave is what it was before.')");

        assertThat(datacenter.submitted()).containsExactly(new PolicyCommand.Canary("powersave", Optional.of("consolidate"), new Part.Share(0.1),
                new Bounds(OptionalInt.of(3), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty()), Optional.empty()),
                new PolicyCommand.RollBack("powersave"));
    }

    @Test
    void oneHostOfManyIsFoundByItsGroupItsTextAndWhatMoves() throws Exception {
        FakeDatacenter large = FakeDatacenter.of(1_250, 2_000);
        InstanceId web = large.inventory().instances().iterator().next().id();
        large.change(web, instance -> instance.onHost(new HostId("rack3-05"), instance.decision()));
        large.departs(web, "rack40-07", "an operator wants it");
        console.withdraw(Datacenter.class);
        console.provide(Datacenter.class, large);
        logIn();
        assertThat(text("$$('.host').length")).isEqualTo("8");

        press("$('#map [data-to=rack]')");
        browser.await("$('#map [data-to=rack]').getAttribute('aria-pressed') === 'true'");
        browser.run("const canvas = $('#map canvas'); const box = canvas.getBoundingClientRect();"
                + "canvas.dispatchEvent(new MouseEvent('click', { clientX: box.left + 5, clientY: box.top + 5, bubbles: true }))");
        browser.await("$('#host-text').value === 'rack=r1' && $('#hosts .pages span').textContent.endsWith(' 20')");

        browser.run("$('#host-text').value = ''; $('#host-text').dispatchEvent(new Event('input'))");
        browser.await("$('#hosts .pages span').textContent.endsWith('1,250')");
        press("$('#hosts .choices [data-to=moving]')");
        browser.await("$$('.host').length === 2 && $$('.paths g').length === 1");
        assertThat(strings("$$('.host [data-slot=id]').map(id => id.textContent)")).containsExactly("rack3-05", "rack40-07");
        assertThat(browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth").asInt()).isZero();
    }

    @Test
    void aHostWithVeryManyGuestsStaysATile() throws Exception {
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        for (int guest = 0; guest < 120; guest++) {
            instance("web-" + guest, InstanceState.RUNNING);
        }
        logIn();

        assertThat(text("tileOf('rack1-01').querySelectorAll('.guest').length")).isEqualTo(String.valueOf(HostTile.BLOCKS));
        assertThat(text("tileOf('rack1-01').querySelector('[data-slot=more]').textContent")).isEqualTo("and 60 more");
        assertThat(browser.run("return tileOf('rack1-01').offsetHeight").asInt()).isLessThan(260);
        press("tileOf('rack1-01').querySelector('.guest')");
        browser.await("$('#panel-title').textContent === 'web-0'");
    }

    @Test
    void nothingThatGuestsDriversAndPoliciesSayEverRunsAsAScript() throws Exception {
        List<String> payloads = payloads();
        datacenter.host("rack1-02", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        for (String payload : payloads) {
            InstanceId id = instance(payload, InstanceState.RUNNING);
            datacenter.change(id, instance -> instance.withTags(Map.of("Name", payload)));
            datacenter.departs(id, "rack1-02", payload);
            if (payloads.indexOf(payload) % 2 == 0) {
                datacenter.stays(id, payload);
            }
        }
        Technology technology = new Technology(payloads.get(3), payloads.get(4), Technology.MonitorPlace.HOST_OS, FakeDatacenter.QEMU.methods(),
                FakeDatacenter.QEMU.features(), payloads.get(5));
        datacenter.host("rack1-03", technology, HostState.UP, BIG, Map.of(payloads.get(0), payloads.get(1), "rack", payloads.get(2)));
        datacenter.decided(payloads.get(6), "rack1-03", payloads.get(7));
        InstanceId first = datacenter.inventory().instances().iterator().next().id();
        datacenter.plans(payloads.stream().map(payload -> new PlanReport(payload, payload, payload.length() % 2 == 0, Instant.now(), 1, payload,
                List.of(new PlanReport.Step(new Action.Migrate(first, FIRST), payload, PlanReport.State.FAILED, payload)),
                List.of(new Plan.Left(first, payload)))).toArray(PlanReport[]::new));
        browser.forget();
        logIn();
        browser.run("window.ran = 0; window.kumikiRan = () => window.ran++; document.addEventListener('securitypolicyviolation',"
                + " event => { window.violated = (window.violated ?? '') + event.violatedDirective + ' ' + event.blockedURI + '; '; })");

        browser.await("$$('#plans > ol > li').length === 40");
        assertThat(strings("$$('#plans [data-slot=policy]').map(name => name.textContent)")).containsExactlyElementsOf(payloads);
        assertThat(strings("$$('#plans [data-slot=note]').map(note => note.textContent)")).containsExactlyElementsOf(payloads);
        assertThat(strings("$$('#plans .stay [data-slot=reason]').map(reason => reason.textContent)")).containsExactlyElementsOf(payloads);
        assertThat(guestsOf("rack1-01")).containsExactlyInAnyOrderElementsOf(payloads);
        assertThat(strings("$$('#moves [data-slot=reason]').map(reason => reason.textContent)")).isSubsetOf(payloads).hasSizeGreaterThan(20);
        assertThat(text("tileOf('rack1-03').querySelector('.note').textContent")).contains(payloads.get(7));
        assertThat(text("tileOf('rack1-03').querySelector('[data-slot=about]').textContent"))
                .contains(payloads.get(1), payloads.get(2), payloads.get(3));
        press("tileOf('rack1-01').querySelector('.guest')");
        browser.await("$$('[data-body=why] .wishes li').length >= 40");

        assertThat(browser.run("return window.ran").asInt()).isZero();
        assertThat(browser.run("return window.violated ?? ''").asText()).as("nothing even tried to").isEmpty();
    }

    private static List<String> guestsOf(String host) throws Exception {
        return strings("[...tileOf('" + host + "').querySelectorAll('.guest [data-slot=name]')].map(name => name.textContent)");
    }
}
