package org.kumiki.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** A platform whose hosts are simulated, and what is known of it without asking the platform. */
final class Paper {

    /** What every guest there is launched as. */
    static final String TYPE = "m1.small";

    private static final String CONFIGURATION = """
            estate = "e2e"
            hosts = I"%d"
            cpus = I"64"
            diskMiB = L"100000000"
            startMillis = L"20"
            stopMillis = L"20"
            """;

    private Paper() {
    }

    static Platform start() {
        return start(20);
    }

    static Platform start(int hosts) {
        return start(Platform.prepare(), hosts);
    }

    static Platform start(Platform platform, int hosts) {
        platform.load(CONFIGURATION.formatted(hosts), "org.kumiki.hypervisor.simulated-e2e.cfg");
        platform.open();
        Await.until(hosts + " hosts on paper", Duration.ofSeconds(60),
                () -> hosts(platform).filter(name -> name.startsWith("paper-")).count() == hosts);
        hosts(platform).filter(name -> !name.startsWith("paper-")).forEach(name -> platform.shell("drain " + name));
        return platform;
    }

    private static Stream<String> hosts(Platform platform) {
        return platform.shell("hosts").lines().skip(1).filter(line -> !line.isBlank()).map(line -> line.strip().split("\\s+")[0]);
    }

    static String imageId(Ec2Client client) {
        return client.describeImages(request -> request.filters(filter("name", Platform.IMAGE))).images().get(0).imageId();
    }

    static RunInstancesRequest launch(String image, int count, String token) {
        return RunInstancesRequest.builder().imageId(image).instanceType(TYPE).minCount(count).maxCount(count).clientToken(token)
                .tagSpecifications(TagSpecification.builder().resourceType("instance")
                        .tags(Tag.builder().key("launch").value(token).build()).build()).build();
    }

    static Filter filter(String name, String... values) {
        return Filter.builder().name(name).values(values).build();
    }

    /** Every instance that the platform knows and that is not terminated, by its state. */
    static Map<String, String> described(Ec2Client client) {
        Filter alive = filter("instance-state-name", "pending", "running", "stopping", "stopped", "shutting-down");
        return client.describeInstancesPaginator(request -> request.maxResults(500).filters(alive)).reservations().stream()
                .flatMap(reservation -> reservation.instances().stream())
                .collect(Collectors.toMap(Instance::instanceId, instance -> instance.state().nameAsString()));
    }

    /** The instances of one launch, if it has happened. */
    static List<String> ofToken(Ec2Client client, String token) {
        return client.describeInstances(request -> request.filters(filter("tag:launch", token))).reservations().stream()
                .flatMap(reservation -> ids(reservation.instances()).stream()).toList();
    }

    static List<String> ids(List<Instance> instances) {
        return instances.stream().map(Instance::instanceId).toList();
    }

    /** The guests that the hosts' own book says exist. */
    static Set<String> guests(Platform platform) {
        Path book = platform.data().resolve("simulated/e2e/guests");
        Map<String, Boolean> guests = new HashMap<>();
        try {
            String text = Files.readString(book);
            text.substring(0, text.lastIndexOf('\n') + 1).lines().map(line -> line.split(" "))
                    .forEach(words -> guests.put(words[0], words.length > 2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        guests.values().removeIf(exists -> !exists);
        return new HashSet<>(guests.keySet());
    }
}
