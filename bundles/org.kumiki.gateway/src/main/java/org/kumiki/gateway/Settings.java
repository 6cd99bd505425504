package org.kumiki.gateway;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What an operator can set, read once into values of the right types. */
record Settings(int requests, int parked, Duration patience, Duration drain, Map<String, Long> bodyLimits, long wholeBody,
        long wholeBodies, Duration bodyTime, Set<String> expected, Map<String, String> paths, String otherwise, Set<String> proxies) {

    @ObjectClassDefinition(name = "Kumiki gateway", description = "The one endpoint of all cloud services.")
    @interface Config {

        @AttributeDefinition(name = "Requests", description = "How many may be under way at once, those that wait included.")
        int requests() default 10_000;

        @AttributeDefinition(name = "Waiting requests", description = "How many may wait for a service that is being replaced.")
        int parked() default 1_000;

        @AttributeDefinition(name = "Patience", description = "How long they wait, in seconds.")
        int patienceSeconds() default 20;

        @AttributeDefinition(name = "Draining",
                description = "How long a service that goes may take for its last requests, in seconds.")
        int drainSeconds() default 10;

        @AttributeDefinition(name = "Body limits",
                description = "The largest body in bytes, as service=bytes; * for all others.")
        String[] bodyLimits() default { "*=2097152", "s3=5368709120", "sqs=4194304" };

        @AttributeDefinition(name = "Whole bodies", description = "A service whose limit is not above this gets bodies whole, in memory.")
        long wholeBodyBytes() default 4_194_304;

        @AttributeDefinition(name = "Memory for bodies", description = "What all whole bodies together may take, in bytes.")
        long wholeBodiesBytes() default 67_108_864;

        @AttributeDefinition(name = "Slow bodies", description = "How long a whole body may take to arrive, in seconds.")
        int bodySeconds() default 30;

        @AttributeDefinition(name = "Expected services",
                description = "Requests to these wait, rather than being refused, even if they have not been there yet: at the start, say.")
        String[] expected() default { "ec2", "s3", "sqs" };

        @AttributeDefinition(name = "Paths", description = "Paths of unsigned requests that stand for a service, as path=service.")
        String[] paths() default { "/services/Cloud=ec2", "/services/Eucalyptus=ec2", "/services/compute=ec2" };

        @AttributeDefinition(name = "Otherwise", description = "The service for unsigned requests that name none; empty to refuse them.")
        String otherwise() default "";

        @AttributeDefinition(name = "Proxies", description = "Addresses of proxies whose X-Forwarded headers are believed.")
        String[] proxies() default {};
    }

    static Settings of(Config config) {
        Map<String, Long> bodyLimits = new LinkedHashMap<>();
        pairs(config.bodyLimits()).forEach((service, bytes) -> bodyLimits.put(service, Long.parseLong(bytes)));
        return new Settings(config.requests(), config.parked(), Duration.ofSeconds(config.patienceSeconds()),
                Duration.ofSeconds(config.drainSeconds()), Map.copyOf(bodyLimits), config.wholeBodyBytes(), config.wholeBodiesBytes(),
                Duration.ofSeconds(config.bodySeconds()), Set.copyOf(words(config.expected())), pairs(config.paths()),
                config.otherwise(), Set.copyOf(words(config.proxies())));
    }

    /** The largest body that a service takes, in bytes. */
    long bodyLimit(String facade) {
        Long limit = bodyLimits.get(facade);
        return limit != null ? limit : bodyLimits.getOrDefault("*", wholeBody);
    }

    private static Map<String, String> pairs(String[] texts) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : words(texts)) {
            int equals = text.lastIndexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("\"" + text + "\" is not of the form name=value");
            }
            pairs.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
        }
        return Map.copyOf(pairs);
    }

    /** In a configuration file, several are one text with commas. */
    private static List<String> words(String[] texts) {
        return Arrays.stream(texts).flatMap(text -> Arrays.stream(text.split(","))).map(String::strip).filter(word -> !word.isEmpty())
                .toList();
    }
}
