package org.kumiki.itest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** A policy is promoted within bounds once the twin has looked ahead, which takes longer than shell and console wait for anything. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class PromotionIT {

    @InjectService(filter = "(org.apache.felix.http.name=console)", timeout = 10_000)
    ServiceAware<HttpServiceRuntime> console;

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
    void theConsoleSaysThatItGoesOnAndWhatWasAgainstItIsADecision() throws Exception {
        Thoughtful restless = new Thoughtful(Candidates.RECKLESS);
        ServiceRegistration<Policy> registration = register(restless, "restless");
        try {
            HttpResponse<String> answer = post("id=restless&action=promote&moves=0");
            assertThat(answer.body()).isEqualTo("{\"action\":\"rehearse\",\"id\":\"restless\"}");
            assertThat(answer.statusCode()).isEqualTo(200);
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

    private ServiceRegistration<Policy> register(Policy policy, String name) throws InterruptedException {
        ServiceRegistration<Policy> registration = context.registerService(Policy.class, policy,
                new Hashtable<>(Map.of("kumiki.policy.name", name, "advise", true)));
        while (estate.datacenter().plugIns().stream().noneMatch(one -> one.name().equals(name))) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return registration;
    }

    private HttpResponse<String> post(String form) throws IOException, InterruptedException {
        Object endpoints = console.getServiceReference().getProperty("osgi.http.endpoint");
        URI address = URI.create(endpoints instanceof String[] several ? several[0] : String.valueOf(endpoints));
        HttpClient client = HttpClient.newHttpClient();
        Path password = Path.of(context.getProperty("kumiki.data")).resolve("console-password");
        while (!Files.exists(password)) { // it is made for whoever comes first
            client.send(HttpRequest.newBuilder(address.resolve("/system/console/bundles")).build(), BodyHandlers.discarding());
            TimeUnit.MILLISECONDS.sleep(10);
        }
        String login = Base64.getEncoder().encodeToString(("admin:" + Files.readString(password).strip()).getBytes(UTF_8));
        return client.send(HttpRequest.newBuilder(address.resolve("/system/console/kumiki-datacenter/policy"))
                .header("Authorization", "Basic " + login)
                .header("Content-Type", "application/x-www-form-urlencoded").header("X-Requested-With", "a test")
                .POST(BodyPublishers.ofString(form)).build(), BodyHandlers.ofString());
    }
}
