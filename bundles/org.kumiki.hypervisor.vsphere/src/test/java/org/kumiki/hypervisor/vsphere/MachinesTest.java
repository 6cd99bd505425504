package org.kumiki.hypervisor.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.hypervisor.vsphere.Peer.fault;
import static org.kumiki.hypervisor.vsphere.Peer.ok;

import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the simulator's guests never do: not shut down when they are asked to. */
class MachinesTest {

    private static final Machine MACHINE = new Machine(new Ref("VirtualMachine", "vm-1"), new Ref("HostSystem", "host-1"), Machine.ON);
    private static final String STATE = "<returnval><objects><obj type='VirtualMachine'>vm-1</obj><propSet><name>runtime.powerState</name>"
            + "<val xsi:type='VirtualMachinePowerState'>%s</val></propSet></objects></returnval>";

    private Peer peer;
    private Machines machines;

    @BeforeEach
    void begin() throws Exception {
        peer = new Peer();
        Session session = peer.session();
        Settings settings = SettingsTest.settings(Map.of());
        Places places = new Places(session, settings);
        machines = new Machines(session, places, new ImageDisks(session, places, settings), settings);
    }

    @AfterEach
    void end() {
        peer.close();
    }

    @Test
    void saysIfAGuestHasShutDown() throws Exception {
        peer.says("ShutdownGuest", ok("ShutdownGuest", "")).says("RetrievePropertiesEx", ok("RetrievePropertiesEx", STATE.formatted("poweredOff")));
        assertThat(machines.shutDown(MACHINE)).isTrue();
    }

    @Test
    void doesNotWaitForeverForAGuestThatDoesNotFollow() throws Exception {
        peer.says("ShutdownGuest", ok("ShutdownGuest", "")).says("RetrievePropertiesEx", ok("RetrievePropertiesEx", STATE.formatted("poweredOn")));
        assertThat(machines.shutDown(MACHINE)).isFalse();
    }

    @Test
    void doesNotWaitForAGuestThatCannotBeAsked() throws Exception {
        peer.says("ShutdownGuest", fault("ToolsUnavailable", "VMware Tools is not running."));
        assertThat(machines.shutDown(MACHINE)).isFalse();
        assertThat(peer.calls()).doesNotContain("RetrievePropertiesEx");
    }

    @Test
    void whatIsOffNeedNotBeSwitchedOff() throws Exception {
        peer.says("PowerOffVM_Task", fault("InvalidPowerState", "The machine is off."));
        machines.switchOff(MACHINE);
        assertThat(peer.calls()).contains("PowerOffVM_Task");
    }
}
