package org.kumiki.hypervisor.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kumiki.hypervisor.vsphere.Peer.fault;
import static org.kumiki.hypervisor.vsphere.Peer.ok;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionTest {

    private static final Ref VM = new Ref("VirtualMachine", "vm-1");
    private static final Ref TASK = new Ref("Task", "task-1");

    private Peer peer;
    private Session session;

    @BeforeEach
    void begin() throws IOException {
        peer = new Peer();
        session = peer.session();
    }

    @AfterEach
    void end() {
        peer.close();
    }

    private static String task(String state, String more) {
        return "<returnval><objects><obj type='Task'>task-1</obj><propSet><name>info</name><val xsi:type='TaskInfo'><state>" + state + "</state>"
                + more
                + "</val></propSet></objects></returnval>";
    }

    @Test
    void logsInOnceAndKeepsItsCookie() throws Exception {
        peer.says("Reload", ok("Reload", ""));
        session.call(VM, "Reload");
        session.call(VM, "Reload");
        assertThat(peer.calls()).containsExactly("RetrieveServiceContent", "Login", "Reload", "Reload");
        assertThat(peer.cookies().subList(2, 4)).containsOnly("vmware_soap_session=\"one\"");
        assertThat(peer.requests().get(1).textAt("password")).isEqualTo("secret");
    }

    @Test
    void logsInAgainWhenTheSessionHasEnded() throws Exception {
        peer.says("Reload", ok("Reload", ""), fault("NotAuthenticated", "The session is not authenticated."), ok("Reload", ""));
        session.call(VM, "Reload");
        session.call(VM, "Reload");
        assertThat(peer.calls()).containsExactly("RetrieveServiceContent", "Login", "Reload", "Reload", "RetrieveServiceContent", "Login", "Reload");
        assertThat(peer.cookies().get(4)).as("a login comes with no old session").isEqualTo("null");
        assertThat(peer.cookies().get(6)).isEqualTo("vmware_soap_session=\"two\"");
    }

    @Test
    void asksAgainWhenTheServerHangsUpButDoesNothingTwice() throws Exception {
        peer.says("FindChild", Peer.NONE, ok("FindChild", "<returnval type='VirtualMachine'>vm-1</returnval>"));
        peer.says("Reload", Peer.NONE, ok("Reload", ""));
        assertThat(session.ask(VM, "FindChild").map(Element::ref)).contains(VM);
        assertThatThrownBy(() -> session.call(VM, "Reload")).isInstanceOf(IOException.class);
        assertThat(peer.calls()).filteredOn("Reload"::equals).hasSize(1);
    }

    @Test
    void doesNotTryForeverToLogIn() {
        peer.says("Reload", fault("NotAuthenticated", "The session is not authenticated."));
        assertThatThrownBy(() -> session.call(VM, "Reload")).isInstanceOfSatisfying(VimFault.class, e -> assertThat(e.type())
                .isEqualTo("NotAuthenticated"));
        assertThat(peer.calls()).filteredOn("Login"::equals).hasSize(2);
    }

    @Test
    void saysWhatTheServerSays() {
        peer.says("Reload", fault("InvalidPowerState", "The attempted operation cannot be performed in the current state."));
        assertThatThrownBy(() -> session.call(VM, "Reload"))
                .hasMessage("Reload: The attempted operation cannot be performed in the current state. (InvalidPowerState)");
    }

    @Test
    void readsEveryPageOfALongAnswer() throws Exception {
        String page = "<objects><obj type='VirtualMachine'>%s</obj><propSet><name>name</name><val xsi:type='xsd:string'>%s</val></propSet></objects>";
        peer.says("RetrievePropertiesEx", ok("RetrievePropertiesEx", "<returnval><token>more</token>" + page.formatted("vm-1", "one")
                + "</returnval>"))
                .says("ContinueRetrievePropertiesEx",
                        ok("ContinueRetrievePropertiesEx", "<returnval><token>again</token>" + page.formatted("vm-2", "two") + "</returnval>"),
                        ok("ContinueRetrievePropertiesEx", "<returnval>" + page.formatted("vm-3", "three") + "</returnval>"));
        List<Managed> all = session.get("VirtualMachine", List.of(VM), "name");
        assertThat(all).extracting(each -> each.text("name")).containsExactly("one", "two", "three");
        assertThat(peer.requests().get(4).textAt("token")).isEqualTo("again");
    }

    @Test
    void aTaskEndsWithItsResult() throws Exception {
        peer.says("Work_Task", ok("Work_Task", "<returnval type='Task'>task-1</returnval>"))
                .says("RetrievePropertiesEx", ok("RetrievePropertiesEx", task("queued", "")), ok("RetrievePropertiesEx", task("running",
                        "<progress>50</progress>")),
                        ok("RetrievePropertiesEx", task("success", "<result xsi:type='ManagedObjectReference' type='VirtualMachine'>vm-1</result>")));
        assertThat(session.run(VM, "Work_Task").ref()).isEqualTo(VM);
    }

    @Test
    void aTaskThatFailsSaysWhy() {
        peer.says("Work_Task", ok("Work_Task", "<returnval type='Task'>task-1</returnval>"))
                .says("RetrievePropertiesEx", ok("RetrievePropertiesEx", task("error",
                        "<error><fault xsi:type='InsufficientMemoryResourcesFault'/>"
                                + "<localizedMessage>There is not enough memory.</localizedMessage></error>")));
        assertThatThrownBy(() -> session.run(VM, "Work_Task"))
                .hasMessage("Work_Task: There is not enough memory. (InsufficientMemoryResourcesFault)");
    }

    @Test
    void aTaskThatIsNotToGoOnIsCancelledOnce() {
        peer.says("CancelTask", ok("CancelTask", "")).says("RetrievePropertiesEx", ok("RetrievePropertiesEx", task("running",
                "<progress>7</progress>")),
                ok("RetrievePropertiesEx", task("running", "<progress>8</progress>")),
                ok("RetrievePropertiesEx", task("error", "<error><fault xsi:type='RequestCanceled'/><localizedMessage/></error>")));
        assertThatThrownBy(() -> session.await(TASK, "Work_Task", Duration.ofSeconds(10), percent -> percent < 7))
                .hasMessage("Work_Task: RequestCanceled");
        assertThat(peer.calls()).filteredOn("CancelTask"::equals).hasSize(1);
    }

    @Test
    void aTaskThatDoesNotEndIsNotWaitedForForever() {
        peer.says("RetrievePropertiesEx", ok("RetrievePropertiesEx", task("running", "")));
        assertThatThrownBy(() -> session.await(TASK, "Work_Task", Duration.ofMillis(1), percent -> true)).isInstanceOf(IOException.class)
                .hasMessageContaining("has not ended its task Work_Task");
    }

    @Test
    void whatIsNoAnswerIsAFailure() {
        for (Peer.Answer answer : List.of(new Peer.Answer(503, "<busy/>", Map.of()), new Peer.Answer(302, "", Map.of("Location",
                "http://localhost:1/")),
                Peer.raw("<html><body>login</body>"), Peer.raw(Peer.envelope("")), Peer.raw("<a/>"), Peer.raw(""))) {
            peer.says("Reload", answer);
            assertThatThrownBy(() -> session.call(VM, "Reload")).as(answer.toString()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void readsNoMoreThanABoundedAnswer() {
        peer.says("Reload", Peer.raw("<a>" + " ".repeat(Peer.LONGEST) + "</a>"));
        assertThatThrownBy(() -> session.call(VM, "Reload")).isInstanceOf(IOException.class).hasMessageContaining("more than " + Peer.LONGEST);
    }
}
