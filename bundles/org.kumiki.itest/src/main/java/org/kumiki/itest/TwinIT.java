package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Rehearser;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Twin;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfReport;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** The datacenter that runs is copied and runs ahead, with the brains that are there, and nothing of it is touched. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class TwinIT {

    Estate estate;
    List<InstanceId> guests = new ArrayList<>();

    @BeforeAll
    void build(@InjectBundleContext BundleContext context, @InjectService(timeout = 30_000) ConfigurationAdmin admin) throws Exception {
        estate = new Estate(context, admin);
        for (int guest = 0; guest < 3; guest++) {
            guests.add(estate.await(estate.launched().id(), InstanceState.RUNNING).id());
        }
    }

    @AfterAll
    void remove() throws Exception {
        estate.close();
    }

    private static WhatIfReport ask(Twin twin, List<Change> changes) {
        return Estate.get(twin.ask(new WhatIf(changes, Duration.ofHours(2))).report());
    }

    @Test
    void itsGuestsGoOnInTheCopy(@InjectService(timeout = 30_000) Twin twin) {
        long hosts = estate.datacenter().inventory().hosts().stream().filter(host -> host.state() == HostState.UP).count();
        WhatIfReport report = ask(twin, List.of());

        Interval last = report.asIs().intervals().get(report.asIs().intervals().size() - 1);
        assertThat(last.instances()).isEqualTo(3);
        assertThat(last.hostsOn()).isEqualTo(hosts);
        assertThat(report.asIs().kWh()).isPositive();
        assertThat(report.changed()).isEqualTo(report.asIs());
    }

    @Test
    void aHostIsTakenAwayInTheCopyAloneWithTheSchedulerAndTheStrategyThatAreThere(@InjectService(timeout = 30_000) Twin twin) {
        Instance before = estate.datacenter().inventory().instances().find(guests.get(0)).orElseThrow();
        HostId host = before.host().orElseThrow();
        WhatIfReport report = ask(twin, List.of(new Change.WithoutHosts(List.of(host))));

        assertThat(report.asIs().moves()).isZero();
        assertThat(report.changed().moves()).isPositive();
        assertThat(report.changed().failedLaunches()).isZero();
        assertThat(estate.datacenter().inventory().instances().find(before.id())).contains(before);
        assertThat(estate.datacenter().inventory().hosts().find(host).orElseThrow().state()).isEqualTo(HostState.UP);
    }

    @Test
    void aHostFailsInTheCopyAloneAndOthersAreLaunchedThere(@InjectService(timeout = 30_000) Twin twin) {
        Instance before = estate.datacenter().inventory().instances().find(guests.get(0)).orElseThrow();
        HostId host = before.host().orElseThrow();
        long there = guests.stream().filter(id -> estate.datacenter().inventory().instances().find(id).orElseThrow().host().equals(before.host()))
                .count();
        WhatIfReport report = ask(twin, List.of(new Change.HostsFail(List.of(host), Duration.ofMinutes(30)),
                new Change.Launches(5, Optional.empty(), Duration.ofHours(1)), new Change.MoreHosts(1, Optional.of(host))));

        Interval last = report.changed().intervals().get(report.changed().intervals().size() - 1);
        assertThat(report.changed().failedLaunches()).isZero();
        assertThat(report.changed().launches()).isEqualTo(5);
        assertThat(report.changed().lost()).isGreaterThanOrEqualTo((int) there);
        assertThat(last.instances()).isEqualTo(3 + 5 - report.changed().lost());
        assertThat(estate.datacenter().inventory().instances().find(before.id())).contains(before);
        assertThat(estate.datacenter().inventory().hosts().find(host).orElseThrow().state()).isEqualTo(HostState.UP);
    }

    @Test
    void whatIsNotThereIsSaid(@InjectService(timeout = 30_000) Twin twin) {
        CompletionStage<WhatIfReport> report = twin.ask(new WhatIf(List.of(new Change.With("magic")), Duration.ofHours(1))).report();

        assertThatThrownBy(() -> Estate.get(report)).cause().hasMessageMatching("there is no policy 'magic'; there is .*maintenance.*");
    }

    @Test
    void theEngineCanAskItBeforeItPromotesAPolicy(@InjectService(timeout = 30_000) Rehearser rehearser) {
        assertThat(Estate.get(rehearser.rehearse("maintenance", Optional.empty(), Bounds.NONE)).objection()).isEmpty();
    }
}
