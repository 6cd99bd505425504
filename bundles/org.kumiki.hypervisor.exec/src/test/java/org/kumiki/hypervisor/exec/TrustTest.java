package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Test;

class TrustTest {

    /** 81ed is -rwxr-xr-x, 41ed drwxr-xr-x, 43ff drwxrwxrwt, 41ff drwxrwxrwx. */
    @ParameterizedTest
    @CsvSource({ "0 81ed /s,0 41ed /,true", "500 81ed /s,0 41ed /,true", "501 81ed /s,0 41ed /,false", "0 81fd /s,0 41ed /,false", "0 81ef /s,0 41ed /,false",
            "0 81ed /s,501 41ed /,false", "0 81ed /s,0 41ff /,false", "0 81ed /s,0 43ff /,true", "0 81a4 /s,0 41ed /,false", "0 41ed /s,0 41ed /,false",
            "0 81ed s,0 41ed /,false", "'',0 41ed /,false" })
    void aScriptIsRunIfNobodyElseCanChangeIt(String script, String directory, boolean trusted) {
        assertThat(Trust.objection(script + "\n" + directory + "\n", 2, "500").isEmpty()).isEqualTo(trusted);
    }

    @Test
    void theReasonSaysWhatToDo() {
        assertThat(Trust.objection("0 81ff /opt/s\n0 41ed /opt\n", 2, "0")).contains("/opt/s may be written by others: chmod go-w /opt/s");
        assertThat(Trust.objection("7 81ed /opt/s\n0 41ed /opt\n", 2, "500")).contains(
                "/opt/s belongs to user 7: it must belong to root, or to user 500, who runs it");
    }

    @Test
    void whoWeAreMustBeKnown() {
        assertThat(Trust.objection("0 81ed /s\n", 1, "")).isPresent();
    }
}
