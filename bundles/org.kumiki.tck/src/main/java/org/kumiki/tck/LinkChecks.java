package org.kumiki.tck;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.network.NetworkLink;

/** Links of guests that run. */
final class LinkChecks {

    private LinkChecks() {
    }

    static List<Check> all() {
        return List.of(
                Check.with(Feature.LINK_UPDATE, "changes the link of a guest that runs, as often as it is asked", LinkChecks::relinks),
                Check.with(Feature.LINK_UPDATE, "changes only links of guests that are there", LinkChecks::unknown),
                Check.without(Feature.LINK_UPDATE, "refuses to change a link, and lets the guest run", LinkChecks::absent));
    }

    private static void relinks(Trial trial) throws Exception {
        LinkUpdate driver = trial.facet(LinkUpdate.class);
        InstanceId guest = trial.running();
        NetworkLink link = trial.spec(guest).link();
        trial.await("relink", trial.call("relink", () -> driver.relink(trial.host(), guest, link)));
        trial.await("a second relink", trial.call("relink", () -> driver.relink(trial.host(), guest, link)));
        trial.expectRunning(guest, "after its link changed");
    }

    private static void unknown(Trial trial) throws Exception {
        LinkUpdate driver = trial.facet(LinkUpdate.class);
        InstanceId nobody = trial.newGuest();
        NetworkLink link = trial.spec(nobody).link();
        trial.expectRefusal("relink of a guest that is not there", trial.call("relink", () -> driver.relink(trial.host(), nobody, link)),
                Reason.NOT_FOUND);
    }

    private static void absent(Trial trial) throws Exception {
        Optional<LinkUpdate> driver = trial.driver().facet(LinkUpdate.class);
        InstanceId guest = trial.running();
        if (driver.isPresent()) {
            NetworkLink link = trial.spec(guest).link();
            trial.expectRefusal("relink", trial.call("relink", () -> driver.get().relink(trial.host(), guest, link)), Reason.UNSUPPORTED);
        }
        trial.expectRunning(guest, "after a change of its link was refused");
    }
}
