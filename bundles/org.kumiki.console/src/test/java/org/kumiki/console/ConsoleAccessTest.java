package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.PlanReport;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Who gets into the console and who does not, asked of the real console over HTTP. */
@Tag("framework")
class ConsoleAccessTest {

    private static final String ROOT = "/system/console";
    private static final String PAGE = ROOT + "/kumiki-datacenter";

    private static FakeDatacenter datacenter;
    private static RunningConsole console;
    private static InstanceId instance;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        datacenter = new FakeDatacenter().host("rack1-01", FakeDatacenter.QEMU, HostState.UP, new Resources(32, 131_072, 8_388_608, 10_000),
                Map.of());
        instance = datacenter.instance("web-1", "rack1-01", InstanceState.RUNNING, Duration.ofMinutes(1));
        console = RunningConsole.start(datacenter, datacenter, 0);
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() throws Exception {
        console.close();
    }

    @Test
    void noPathOfTheConsoleIsServedToStrangers() throws Exception {
        List<String> paths = new ArrayList<>(List.of(ROOT, ROOT + "/", ROOT + "/logout", ROOT + "/install", ROOT + "/res/ui/webconsole.css",
                ROOT + "/res/lib/jquery-3.6.1.js", ROOT + "/no-such-page", PAGE + ".json", PAGE + "/res/datacenter.js",
                PAGE + "/instance.json?id=" + instance, PAGE + "/console.json?id=" + instance, ROOT + "/bundles/0.json",
                ROOT + "//bundles", ROOT + "/./bundles", ROOT + "/res/../bundles", ROOT + "/bundles;jsessionid=1", ROOT + "/%62undles"));
        paths.addAll(labels());
        assertThat(paths).contains(ROOT + "/bundles", ROOT + "/components", ROOT + "/configMgr", ROOT + "/events", ROOT + "/memoryusage",
                ROOT + "/depfinder", ROOT + "/services", ROOT + "/vmstat", PAGE);

        for (String path : paths) {
            for (String method : List.of("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")) {
                HttpResponse<String> answer = send(request(path).method(method, BodyPublishers.noBody()));

                // 400: Jetty itself does not like the path. Elsewhere is not the console.
                assertThat(answer.statusCode()).as(method + " " + path).isIn(401, 400, 404);
                assertThat(answer.body()).as(method + " " + path).doesNotContain("bundleVersion", "rack1-01", "jQuery", "navmenu");
                if (answer.statusCode() == 404) {
                    assertThat(path).as("not of the console").doesNotMatch(ROOT + "(/[a-zA-Z]+.*)?");
                }
            }
        }
    }

    @Test
    void theWellKnownPasswordsAreRefused() throws Exception {
        for (String pair : List.of("admin:admin", "admin:", ":", "karaf:karaf", "root:root", "admin:password", "admin")) {
            assertThat(as(pair, PAGE).statusCode()).as(pair).isIn(401, 429);
        }
        HttpResponse<String> form = send(form(PAGE, "admin", "admin"));
        assertThat(form.statusCode()).isIn(401, 429);
        assertThat(form.headers().allValues("Set-Cookie")).isEmpty();
        letThrough();
    }

    @Test
    void garbageForCredentialsIsRefusedAndNothingElseHappens() throws Exception {
        for (String header : List.of("Basic", "Basic ", "Basic !!!", "Basic " + "A".repeat(5_000), "Bearer x",
                "Digest username=\"admin\"")) {
            assertThat(send(request(PAGE).header("Authorization", header).GET()).statusCode()).as(header).isIn(401, 429);
        }
        letThrough();
    }

    @Test
    void whileTheLoginIsAwayTheConsoleIsShut() throws Exception {
        Bundle bundle = bundle("org.kumiki.console");
        bundle.stop();
        try {
            assertThat(as("admin:admin", ROOT + "/bundles").statusCode()).isEqualTo(404);
            assertThat(as("admin:" + console.password(), ROOT + "/bundles").statusCode()).isEqualTo(404);
        } finally {
            bundle.start();
        }
        assertThat(as("admin:" + console.password(), ROOT + "/bundles").statusCode()).isEqualTo(200);
    }

    @Test
    void aStrangerIsShownAFormThatLeadsToThePageHeAskedFor() throws Exception {
        HttpResponse<String> asked = send(request(ROOT + "/bundles?x=1").header("Accept", "text/html").GET());
        assertThat(asked.statusCode()).isEqualTo(401);
        assertThat(asked.body()).contains("<form method=\"post\"").doesNotContain("<script");
        assertThat(asked.headers().firstValue("WWW-Authenticate")).as("no browser should remember the password").isEmpty();
        assertThat(asked.headers().firstValue("Content-Security-Policy").orElse("")).contains("default-src 'none'",
                "frame-ancestors 'none'");

        HttpResponse<String> let = send(form(ROOT + "/bundles?x=1", "admin", console.password()));

        assertThat(let.statusCode()).isEqualTo(303);
        assertThat(let.headers().firstValue("Location")).contains(ROOT + "/bundles?x=1");
        assertThat(let.headers().firstValue("Set-Cookie").orElse("")).matches("kumiki-console-\\d+=[\\w-]{43}; Path=/system/console; "
                + "Max-Age=86400; HttpOnly; SameSite=Strict");
    }

    @Test
    void theFormLeadsNowhereElse() throws Exception {
        for (String path : List.of(ROOT + "/logout", ROOT + "//evil.example", ROOT + "/bundles?next=//evil.example")) {
            HttpResponse<String> let = send(form(path, "admin", console.password()));
            assertThat(let.headers().firstValue("Location").orElse(ROOT + "/")).as(path).startsWith(ROOT + "/")
                    .isNotEqualTo(ROOT + "/logout");
        }
    }

    @Test
    void theFormSpeaksJapanese() throws Exception {
        HttpResponse<String> asked = send(request(PAGE).header("Accept", "text/html").header("Accept-Language", "ja").GET());

        assertThat(asked.body()).contains("<html lang=\"ja\">", "ログイン");
    }

    @Test
    void everyPlugInOfTheConsoleIsReachedWithASession() throws Exception {
        String cookie = logIn();
        for (String path : labels()) {
            HttpResponse<String> page = send(request(path).header("Cookie", cookie).GET());
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.body()).as(path).contains("navmenu");
        }
    }

    @Test
    void aLogoutEndsTheSession() throws Exception {
        String cookie = logIn();
        assertThat(send(request(PAGE + ".json").header("Cookie", cookie).GET()).statusCode()).isEqualTo(200);

        HttpResponse<String> out = send(request(ROOT + "/logout").header("Cookie", cookie).GET());

        assertThat(out.statusCode()).isEqualTo(303);
        assertThat(out.headers().firstValue("Location")).contains(ROOT + "/");
        assertThat(out.headers().allValues("Set-Cookie").toString()).contains("Max-Age=0");
        assertThat(send(request(PAGE + ".json").header("Cookie", cookie).GET()).statusCode()).isEqualTo(401);
    }

    /** Two people at once: one stays, one comes and goes, and neither is ever answered as the other. */
    @Test
    void aThousandRequestsAtOnceEachCountForTheirOwnSession() throws Exception {
        String stays = logIn();
        String name = stays.substring(0, stays.indexOf('=') + 1);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Callable<Void> staying = () -> {
            HttpResponse<String> answer = send(request(PAGE + ".json").header("Cookie", stays).GET());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().allValues("Set-Cookie")).as("somebody's session").noneMatch(cookie -> cookie.startsWith(name));
            return null;
        };
        Callable<Void> comingAndGoing = () -> {
            String own = logIn();
            assertThat(seen.add(own)).as("a session of one's own").isTrue();
            assertThat(send(request(PAGE + ".json").header("Cookie", own).GET()).statusCode()).isEqualTo(200);
            assertThat(send(request(ROOT + "/logout").header("Cookie", own).GET()).statusCode()).isEqualTo(303);
            assertThat(send(request(PAGE + ".json").header("Cookie", own).GET()).statusCode()).isEqualTo(401);
            return null;
        };
        ExecutorService people = Executors.newFixedThreadPool(8);

        try {
            Future<List<Future<Void>>> one = people.submit(() -> people.invokeAll(Collections.nCopies(600, staying)));
            // One after the other: many logins at once are slowed down, whoever makes them.
            for (int i = 0; i < 100; i++) {
                comingAndGoing.call();
            }
            for (Future<Void> answer : one.get()) {
                answer.get();
            }
        } finally {
            people.shutdownNow();
        }

        assertThat(seen).hasSize(100).doesNotContain(stays);
    }

    @Test
    void aNewPasswordIsInForceAtOnceAndEndsAllSessions() throws Exception {
        String cookie = logIn();
        String old = console.password();
        Files.writeString(console.data().resolve("console-password"), "changed-by-an-operator\n");
        try {
            assertThat(send(request(PAGE + ".json").header("Cookie", cookie).GET()).statusCode()).isEqualTo(401);
            assertThat(as("admin:" + old, PAGE + ".json").statusCode()).isEqualTo(401);
            assertThat(as("admin:changed-by-an-operator", PAGE + ".json").statusCode()).isEqualTo(200);
        } finally {
            Files.writeString(console.data().resolve("console-password"), old + "\n");
        }
        letThrough();
    }

    @Test
    void aCookieThatSomebodyElsePlantedDoesNoHarm() throws Exception {
        String cookie = logIn();
        String name = cookie.substring(0, cookie.indexOf('='));

        assertThat(send(request(PAGE + ".json").header("Cookie", name + "=planted; " + cookie).GET()).statusCode()).isEqualTo(200);
        assertThat(send(request(PAGE + ".json").header("Cookie", name + "=planted").GET()).statusCode()).isEqualTo(401);
    }

    @Test
    void guessingIsSlowedDown() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        long pause;
        do { // until the pause is so long that the next guess comes within it, even on a machine that is very busy
            HttpResponse<String> guess = send(form(PAGE, "admin", "guess-number-" + statuses.size()));
            statuses.add(guess.statusCode());
            pause = guess.headers().firstValueAsLong("Retry-After").orElse(0);
        } while (statuses.size() < Throttle.FREE + 3 || pause < 3);
        assertThat(statuses).containsOnly(401, 429).endsWith(429);
        HttpResponse<String> right = send(form(PAGE, "admin", console.password()));
        assertThat(right.statusCode()).as("a right guess is slowed down like any other").isEqualTo(429);
        assertThat(right.headers().firstValue("Retry-After")).isPresent();
        letThrough();
    }

    @Test
    void anotherSitesPageChangesNothing() throws Exception {
        String cookie = logIn();
        int before = datacenter.submitted().size();
        for (Map<String, String> headers : List.of(Map.of("Origin", "http://evil.example"), Map.of("Origin", "http://127.0.0.1:8774"),
                Map.of("Origin", "null"), Map.of("Sec-Fetch-Site", "cross-site"), Map.of("Sec-Fetch-Site", "same-site"))) {
            for (String path : List.of(PAGE + "/instance", ROOT + "/bundles", ROOT + "/vmstat", ROOT + "/configMgr")) {
                HttpRequest.Builder post = request(path).header("Cookie", cookie).header("X-Requested-With", "x")
                        .header("Content-Type", "text/plain").POST(BodyPublishers.ofString("action=terminate&id=" + instance));
                headers.forEach(post::header);
                assertThat(send(post).statusCode()).as(path + headers).isEqualTo(403);
            }
        }
        assertThat(datacenter.submitted()).hasSize(before);
    }

    @Test
    void anotherSitesPageReadsNothing() throws Exception {
        String cookie = logIn();
        for (String mode : List.of("no-cors", "cors", "websocket")) {
            HttpRequest.Builder read = request(PAGE + ".json").header("Cookie", cookie).header("Sec-Fetch-Site", "same-site")
                    .header("Sec-Fetch-Mode", mode).GET();
            assertThat(send(read).statusCode()).as(mode).isEqualTo(403);
        }
    }

    @Test
    void aChangeMustSayWhereItComesFromAndCarryAHeaderThatNoFormCan() throws Exception {
        String cookie = logIn();
        int before = datacenter.submitted().size();
        String ours = "http://127.0.0.1:" + console.at("/").getPort();
        String body = "action=reboot&id=" + instance;

        assertThat(send(post(PAGE + "/instance", body).header("Cookie", cookie).header("X-Requested-With", "x")).statusCode())
                .as("no origin").isEqualTo(403);
        assertThat(send(post(PAGE + "/instance", body).header("Cookie", cookie).header("Origin", ours)).statusCode()).as("no header")
                .isEqualTo(403);
        assertThat(send(request(PAGE + "/instance?" + body).header("Cookie", cookie).GET()).statusCode()).as("GET").isEqualTo(404);
        assertThat(datacenter.submitted()).hasSize(before);

        assertThat(send(post(PAGE + "/instance", body).header("Cookie", cookie).header("Origin", ours).header("X-Requested-With", "x"))
                .statusCode()).isEqualTo(200);
        assertThat(datacenter.submitted()).hasSize(before + 1).last().isEqualTo(new InstanceCommand.Reboot(List.of(instance)));
    }

    @Test
    void everyAnswerTellsTheBrowserWhatNotToDo() throws Exception {
        String cookie = logIn();
        for (String path : List.of(PAGE, PAGE + ".json", ROOT + "/bundles", ROOT + "/res/ui/webconsole.css", PAGE + "/res/datacenter.js")) {
            HttpResponse<String> answer = send(request(path).header("Cookie", cookie).GET());
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).as(path).contains("nosniff");
            assertThat(answer.headers().firstValue("X-Frame-Options")).as(path).contains("DENY");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse("")).as(path).contains("frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("Server")).as(path).isEmpty();
        }
        String policy = send(request(PAGE).header("Cookie", cookie).GET()).headers().firstValue("Content-Security-Policy").orElse("");
        assertThat(policy).contains("default-src 'none'", "script-src 'self'").doesNotContainPattern("script-src[^;]*unsafe");
    }

    @Test
    void servesItsOwnFilesAsWhatTheyAreAndNoOthers() throws Exception {
        String basic = "admin:" + console.password();
        assertThat(as(basic, PAGE + "/res/datacenter.js").headers().firstValue("Content-Type").orElse("")).startsWith("text/javascript");
        assertThat(as(basic, PAGE + "/res/kumiki.svg").headers().firstValue("Content-Type").orElse("")).startsWith("image/svg+xml");
        for (String path : List.of("/res/missing.css", "/res/../page/datacenter.html", "/page/datacenter.html", "/nothing.json", "/x")) {
            assertThat(as(basic, PAGE + path).statusCode()).as(path).isIn(404, 400);
        }
    }

    @Test
    void answersOnceAndThenOnlyWhatIsNew() throws Exception {
        String basic = "admin:" + console.password();
        HttpResponse<String> first = as(basic, PAGE + ".json");
        String tag = first.headers().firstValue("ETag").orElseThrow();

        assertThat(send(credentials(basic, request(PAGE + ".json").header("If-None-Match", tag).GET())).statusCode()).isEqualTo(304);
        datacenter.change(instance, same -> same);
        assertThat(send(credentials(basic, request(PAGE + ".json").header("If-None-Match", tag).GET())).statusCode()).isEqualTo(200);
    }

    @Test
    void tellsWhatItWasAskedAndShowsRefusalsAsTheyAre() throws Exception {
        String basic = "admin:" + console.password();

        assertThat(json(as(basic, PAGE + "/instance.json?id=" + instance)).at("/why/brain").asText())
                .isEqualTo("org.kumiki.scheduler.bestfit 1.0.0");
        assertThat(json(as(basic, PAGE + "/decision.json?number=1")).at("/subjects/0/host").asText()).isEqualTo("rack1-01");
        assertThat(as(basic, PAGE + "/decision.json?number=99").statusCode()).isEqualTo(404);
        assertThat(as(basic, PAGE + "/decision.json?number=x").statusCode()).isEqualTo(400);
        assertThat(as(basic, PAGE + "/instance.json").statusCode()).isEqualTo(400);
        assertThat(as(basic, PAGE + "/instance.json?id=%3Cscript%3E").statusCode()).isEqualTo(400);
        assertThat(as(basic, PAGE + "/instance.json?id=i-00000000000000000").statusCode()).isEqualTo(404);

        HttpResponse<String> refused = act(basic, "/instance", "start", instance.value());
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(json(refused).get("error").asText()).isEqualTo(instance + " is running, not stopped");
        assertThat(act(basic, "/instance", "launder", instance.value()).statusCode()).isEqualTo(400);
        assertThat(act(basic, "/instance", "terminate", "i-00000000000000000").statusCode()).isEqualTo(404);
    }

    @Test
    void drainsAHostAndLetsItAcceptGuestsAgain() throws Exception {
        String basic = "admin:" + console.password();

        assertThat(act(basic, "/host", "drain", "rack1-01").statusCode()).isEqualTo(200);
        assertThat(datacenter.submitted()).last().isEqualTo(new HostCommand.Accept(new HostId("rack1-01"), false));
        assertThat(act(basic, "/host", "accept", "rack1-01").statusCode()).isEqualTo(200);
        assertThat(datacenter.submitted()).last().isEqualTo(new HostCommand.Accept(new HostId("rack1-01"), true));
    }

    @Test
    void switchesHostsAndRemovesThem() throws Exception {
        String basic = "admin:" + console.password();
        datacenter.host("rack1-09", FakeDatacenter.QEMU, HostState.UP, new Resources(32, 131_072, 8_388_608, 10_000), Map.of());

        HttpResponse<String> refused = act(basic, "/host", "off", "rack1-01");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(json(refused).get("error").asText()).isEqualTo("The host 'rack1-01' still has guests");
        assertThat(act(basic, "/host", "off", "rack1-09").statusCode()).isEqualTo(200);
        assertThat(datacenter.submitted()).last().isEqualTo(new HostCommand.Power(new HostId("rack1-09"), false, "an operator wants it"));
        assertThat(act(basic, "/host", "on", "rack1-09").statusCode()).isEqualTo(200);
        assertThat(datacenter.submitted()).last().isEqualTo(new HostCommand.Power(new HostId("rack1-09"), true, "an operator wants it"));
        assertThat(act(basic, "/host", "remove", "rack1-09").statusCode()).isEqualTo(200);
        assertThat(datacenter.submitted()).last().isEqualTo(new HostCommand.Remove(new HostId("rack1-09")));
        assertThat(act(basic, "/host", "explode", "rack1-01").statusCode()).isEqualTo(400);
    }

    @Test
    void nothingIsSwitchedForAnotherSiteOrAForm() throws Exception {
        String basic = "admin:" + console.password();
        int before = datacenter.submitted().size();

        for (String action : List.of("drain", "accept", "off", "on", "remove")) {
            assertThat(send(credentials(basic, post(PAGE + "/host", "action=" + action + "&id=rack1-01"))).statusCode()).isEqualTo(403);
            assertThat(send(credentials(basic, post(PAGE + "/host", "action=" + action + "&id=rack1-01")).header("X-Requested-With", "test")
                    .header("Origin", "http://evil.example")).statusCode()).isEqualTo(403);
            assertThat(send(post(PAGE + "/host", "action=" + action + "&id=rack1-01").header("X-Requested-With", "test")).statusCode())
                    .isEqualTo(401);
        }

        assertThat(datacenter.submitted()).hasSize(before);
    }

    @Test
    void aReportOnAMoveAndANewPlanAreNews() throws Exception {
        String basic = "admin:" + console.password();
        datacenter.host("rack1-08", FakeDatacenter.QEMU, HostState.UP, new Resources(32, 131_072, 8_388_608, 10_000), Map.of());
        InstanceId mover = datacenter.instance("mover", "rack1-01", InstanceState.RUNNING, Duration.ofMinutes(1));
        datacenter.departs(mover, "rack1-08", "a test wants it");
        String tag = tag(basic);
        assertThat(tag(basic)).isEqualTo(tag);

        datacenter.reports(mover, new MigrationProgress(MigrationProgress.Phase.PRECOPY, Duration.ofSeconds(1), 0, 1, 1, 1, 1, 0));
        String reported = tag(basic);
        assertThat(reported).isNotEqualTo(tag);
        datacenter.plans(new PlanReport("balance", "balance 1.0.0", true, Instant.now(), 1, "it is better", List.of(), List.of()));
        assertThat(tag(basic)).isNotEqualTo(reported);

        assertThat(act(basic, "/instance", "cancel", mover.value()).statusCode()).isEqualTo(200);
        assertThat(datacenter.submitted()).last().isEqualTo(new MigrationCommand.Cancel(mover));
        datacenter.plans();
    }

    private static String tag(String basic) throws Exception {
        return as(basic, PAGE + ".json").headers().firstValue("ETag").orElseThrow();
    }

    @Test
    void thePageStaysWhenTheEngineGoes() throws Exception {
        String basic = "admin:" + console.password();
        console.withdraw(Datacenter.class);
        try {
            assertThat(as(basic, PAGE).statusCode()).isEqualTo(200);
            HttpResponse<String> away = as(basic, PAGE + ".json");
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(json(away).get("error").asText()).isEqualTo("The engine is not there.");
        } finally {
            console.provide(Datacenter.class, datacenter);
        }
        assertThat(as(basic, PAGE + ".json").statusCode()).isEqualTo(200);
    }

    @Test
    void theBareAddressLeadsToThePage() throws Exception {
        HttpResponse<String> answer = send(request("/").GET());

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).contains(PAGE);
    }

    /** Every plug-in that is there, as the console itself knows it. */
    private static TreeSet<String> labels() throws Exception {
        TreeSet<String> labels = new TreeSet<>();
        for (ServiceReference<?> plugIn : console.context().getAllServiceReferences(null, "(felix.webconsole.label=*)")) {
            labels.add(ROOT + "/" + plugIn.getProperty("felix.webconsole.label").toString().replace(" ", "%20"));
        }
        Matcher links = Pattern.compile("href=\"(" + ROOT + "/[\\w-]+)\"").matcher(as("admin:" + console.password(), PAGE).body());
        while (links.find()) {
            labels.add(links.group(1));
        }
        labels.remove(ROOT + "/logout");
        return labels;
    }

    private static Bundle bundle(String name) {
        for (Bundle bundle : console.context().getBundles()) {
            if (bundle.getSymbolicName().equals(name)) {
                return bundle;
            }
        }
        throw new AssertionError("there is no bundle " + name);
    }

    /** Forgets the mistakes that a test made on purpose: the component is new afterwards, the password is not. */
    private static void letThrough() throws Exception {
        Bundle bundle = bundle("org.kumiki.console");
        bundle.stop();
        bundle.start();
    }

    private static String logIn() throws Exception {
        HttpResponse<String> let = send(form(PAGE, "admin", console.password()));
        assertThat(let.statusCode()).isEqualTo(303);
        return let.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(console.at(path)).timeout(Duration.ofSeconds(30));
    }

    private static HttpRequest.Builder post(String path, String body) {
        return request(path).header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(body));
    }

    private static HttpRequest.Builder form(String path, String user, String password) {
        return post(path, "kumiki-user=" + URLEncoder.encode(user, StandardCharsets.UTF_8) + "&kumiki-password="
                + URLEncoder.encode(password, StandardCharsets.UTF_8));
    }

    private static HttpRequest.Builder credentials(String pair, HttpRequest.Builder request) {
        return request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpResponse<String> as(String pair, String path) throws IOException, InterruptedException {
        return send(credentials(pair, request(path).GET()));
    }

    private static HttpResponse<String> act(String pair, String path, String action, String id) throws IOException, InterruptedException {
        return send(credentials(pair, post(PAGE + path, "action=" + action + "&id=" + id)).header("X-Requested-With", "test"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }
}
