package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.node.Node.Finished;
import org.kumiki.hypervisor.exec.Dialect.Power;

/** What is made of what scripts of either kind say. */
class AnswersTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "PowerOn|ON", "poweroff|OFF", "{\"status\":\"success\",\"power_state\":\"poweron\"}|ON",
            "{\"power_state\":\"PowerOff\"}|OFF", "{\"power_state\":\"PowerUnknown\"}|UNKNOWN", "{\"power_state\":[\"poweron\"]}|UNKNOWN", "running|UNKNOWN",
            "{\"power_state\":|UNKNOWN" })
    void anExtensionSaysHowAGuestIs(String output, Power power) {
        assertThat(Reply.of(new Finished(0, output, "")).power()).isEqualTo(power);
    }

    @Test
    void anExtensionMayWantToBeToldSomethingAgain() {
        Reply reply = Reply.of(new Finished(0, "{\"details\":{\"proxmox_vmid\":107,\"deep\":{\"a\":1},\"long\":\"" + "x".repeat(5_000) + "\"},\"nics\":[]}", ""));

        assertThat(reply.details()).isEqualTo(Map.of("proxmox_vmid", "107"));
    }

    @Test
    void aComplaintIsOneBoundedLine() {
        assertThat(Reply.of(new Finished(1, "a\nb\u0000c\u202e" + "x".repeat(9_000), "")).complaint()).startsWith("a b c x").hasSize(501);
        assertThat(Reply.of(new Finished(3, "", "")).complaint()).isEqualTo("exit code 3");
        assertThat(Reply.of(new Finished(1, "{\"error\":\"Missing required field in JSON: iso_path\"}", "")).complaint())
                .isEqualTo("Missing required field in JSON: iso_path");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "STATE=a USEDCPU=1.0|ON", "USEDCPU=1.0 STATE=p|ON", "STATE=\"d\"|OFF", "STATE=e|OFF", "STATE=-|UNKNOWN",
            "MYSTATE=a|UNKNOWN", "nothing|UNKNOWN" })
    void aPollSaysHowAGuestIs(String output, Power power) {
        assertThat(States.polled(output)).isEqualTo(power);
    }

    @ParameterizedTest
    @CsvSource({ "7,ON", "8,OFF", "9,OFF", "10,UNKNOWN", "77,OFF" })
    void aProbeListsAllGuests(long number, Power power) {
        String listing = """
                SYNC_STATE=yes
                MISSING_STATE=POWEROFF
                VM = [ ID="7", DEPLOY_ID="0d6d6e5c-1f",  STATE="RUNNING" ]
                VM = [ ID="8", DEPLOY_ID="77",  STATE="POWEROFF" ]
                VM = [ ID="10", DEPLOY_ID="10",  STATE="UNKNOWN" ]
                """;

        assertThat(States.probed(listing, number)).isEqualTo(power);
    }

    @Test
    void aDeployedGuestIsKnownByTheLastLine() {
        assertThat(States.handle("created\n0d6d6e5c-1f2a\n\n")).contains("0d6d6e5c-1f2a");
        assertThat(States.handle("'one-7'\n")).contains("one-7");
        for (String wrong : new String[] { "", "\n", "'", "''", "'--all'", "--all", "a b", "x".repeat(200), "../x" }) {
            assertThat(States.handle(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void aComplaintIsWhatAScriptHasMarkedOrElseNoMereChatter() {
        assertThat(States.complaint(new Finished(1, "", "INFO: deploy: x\nERROR MESSAGE --8<------\nno room\nERROR MESSAGE ------>8--\n"))).isEqualTo("no room");
        assertThat(States.complaint(new Finished(1, "", "INFO: deploy: making it\nCould not create domain\n"))).isEqualTo("Could not create domain");
        assertThat(States.complaint(new Finished(255, "", ""))).isEqualTo("exit code 255");
    }
}
