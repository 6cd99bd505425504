package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.itest.Eventually.eventually;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.Rehearser;
import org.kumiki.api.policy.Role;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.testing.Candidates;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** A policy is promoted within bounds once the twin has looked ahead, which takes longer than a shell waits for anything. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class PromotionIT {

    BundleContext context;
    Estate estate;

    /** Plans as another one does, in the twin alone, and thinks there until it is told that this is enough; but never until it is given up. */
    private static final class Thoughtful implements Policy {

        private static final int LESS_THAN_THE_TWINS_PATIENCE = 20;

        private final Policy inTheTwin;
        private final CountDownLatch enough = new CountDownLatch(1);

        Thoughtful(Policy inTheTwin) {
            this.inTheTwin = inTheTwin;
        }

        @Override
        public Plan plan(DatacenterView view, History history) {
            if (!Thread.currentThread().getName().startsWith("kumiki-twin-")) {
                return Plan.NOTHING;
            }
            try {
                enough.await(LESS_THAN_THE_TWINS_PATIENCE, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return inTheTwin.plan(view, history);
        }
    }

    @BeforeAll
    void build(@InjectBundleContext BundleContext ours, @InjectService(timeout = 30_000) ConfigurationAdmin admin,
            @InjectService(timeout = 30_000) Rehearser twin) throws Exception {
        context = ours;
        estate = new Estate(ours, admin);
        estate.await(estate.launched().id(), InstanceState.RUNNING);
        estate.await(estate.launched().id(), InstanceState.RUNNING);
    }

    @AfterAll
    void remove() throws Exception {
        estate.close();
    }

    @Test
    void theShellSaysThatItGoesOnAndThePolicyDecidesWhenItHasStayedWithinItsBounds() throws Exception {
        Thoughtful calm = new Thoughtful(Candidates.CONTENT);
        ServiceRegistration<Policy> registration = register(calm, "calm");
        try {
            assertThat(ShellSocket.run(context, "promote --moves 5 calm"))
                    .startsWith("calm is still being rehearsed, which goes on and may take minutes;"
                    + " rehearsals shows when it decides, why calm what was against it").endsWith("\0000\n");
            assertThat(ShellSocket.run(context, "promote --moves 5 calm")).contains("is being rehearsed already").endsWith("\0001\n");
            calm.enough.countDown();

            estate.await(inventory -> inventory.roles().find("calm").filter(given -> given.role() == Role.ACTIVE).isPresent());
            assertThat(ShellSocket.run(context, "rehearsals")).contains("calm", "active", "moves \u2264 5/h");
            Estate.get(estate.datacenter().submit(Estate.OPERATOR, new PolicyCommand.RollBack("calm")));
            Estate.get(estate.datacenter().submit(Estate.OPERATOR, new PolicyCommand.RollBack("calm")));
        } finally {
            calm.enough.countDown();
            registration.unregister();
        }
    }

    @Test
    void whatWasAgainstItIsADecisionAlthoughNobodyHasWaited() throws Exception {
        Thoughtful restless = new Thoughtful(Candidates.RECKLESS);
        ServiceRegistration<Policy> registration = register(restless, "restless");
        try {
            assertThat(ShellSocket.run(context, "promote --moves 0 restless")).startsWith("restless is still being rehearsed").endsWith("\0000\n");
            restless.enough.countDown();

            estate.await(inventory -> inventory.decisions().stream().anyMatch(decision -> decision.subject().equals(List.of("restless"))
                    && decision.reason().startsWith("policy restless was not promoted: ") && decision.reason().contains("its bounds: moves: ")));
            assertThat(ShellSocket.run(context, "why restless")).contains("policy restless was not promoted").endsWith("\0000\n");
            assertThat(estate.datacenter().inventory().roles().find("restless")).isEmpty();
        } finally {
            restless.enough.countDown();
            registration.unregister();
        }
    }

    private ServiceRegistration<Policy> register(Policy policy, String name) {
        ServiceRegistration<Policy> registration = context.registerService(Policy.class, policy,
                new Hashtable<>(Map.of("kumiki.policy.name", name, "advise", true)));
        eventually("the policy " + name, () -> estate.datacenter().plugIns().stream().anyMatch(one -> one.name().equals(name)));
        return registration;
    }
}
