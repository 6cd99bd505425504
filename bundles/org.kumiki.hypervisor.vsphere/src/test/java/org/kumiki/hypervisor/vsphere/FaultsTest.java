package org.kumiki.hypervisor.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.hypervisor.HypervisorException.Reason;

class FaultsTest {

    @ParameterizedTest
    @CsvSource({ "ManagedObjectNotFound, NOT_FOUND", "InvalidPowerState, CONFLICT", "InsufficientMemoryResourcesFault, EXHAUSTED",
            "NoDiskSpace, EXHAUSTED",
            "MethodNotFound, UNSUPPORTED", "RestrictedVersion, UNSUPPORTED", "NoPermission, REFUSED", "InvalidArgument, REFUSED",
                    "TaskInProgress, UNAVAILABLE",
            "NotAuthenticated, UNAVAILABLE", "SomethingOfTomorrow, UNAVAILABLE", "'', UNAVAILABLE" })
    void saysWhoMustAct(String fault, Reason reason) {
        assertThat(Faults.reason(fault)).isEqualTo(reason);
    }

    @Test
    void saysWhatToDoWhereThatIsKnown() {
        assertThat(Faults.sentence("vc", new VimFault("Login", "InvalidLogin", "Cannot complete login."))).isEqualTo(
                "vc: Login: Cannot complete login. (InvalidLogin); the user or the password is wrong: correct user, and password or passwordFile");
        assertThat(Faults.sentence("vc", new VimFault("Reload", "Other", ""))).isEqualTo("vc: Reload: Other");
    }
}
