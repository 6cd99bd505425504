package org.kumiki.metadata;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.kumiki.api.network.GuestMetadata;

/**
 * What a guest is told about itself, in the manner of EC2's instance metadata service, versions 1 and 2
 * (docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata.html). Whose guest it is follows from the channel that it asked on,
 * never from anything it says. Pure but for the sealing key.
 */
final class Metadata {

    private static final Set<String> VERSIONS = Set.of("1.0", "2009-04-04", "2011-01-01", "2012-01-12", "2014-11-05", "2016-09-02",
            "2018-09-24", "2019-10-01", "2021-03-23", "2021-07-15", "latest");
    private static final String TTL = "x-aws-ec2-metadata-token-ttl-seconds";
    private static final String TOKEN = "x-aws-ec2-metadata-token";
    private static final int LONGEST_LIFE = 21_600;

    private final Tokens tokens;

    Metadata(Tokens tokens) {
        this.tokens = tokens;
    }

    Response answer(Request request, GuestMetadata guest, Instant now) {
        if (request.header("x-forwarded-for").isPresent()) {
            return Response.error(403); // somebody inside the guest passes on requests that are not its own
        }
        if (request.path().equals("/latest/api/token")) {
            return request.method().equals("PUT") ? token(request, guest, now) : Response.error(405);
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Response.error(405);
        }
        Optional<String> token = request.header(TOKEN);
        if (token.isPresent() && !tokens.isValid(token.get(), guest.instance(), now)) {
            return Response.error(401);
        }
        Response response = find(request.path(), guest);
        return request.method().equals("HEAD") ? new Response(response.status(), response.headers(), new byte[0]) : response;
    }

    private Response token(Request request, GuestMetadata guest, Instant now) {
        String life = request.header(TTL).orElse("");
        if (!life.matches("[0-9]{1,5}") || Integer.parseInt(life) < 1 || Integer.parseInt(life) > LONGEST_LIFE) {
            return Response.error(400);
        }
        String token = tokens.issue(guest.instance(), now, Duration.ofSeconds(Integer.parseInt(life)));
        return new Response(200, Map.of("Content-Type", "text/plain", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", life),
                Response.of(token).body());
    }

    private static Response find(String target, GuestMetadata guest) {
        int query = target.indexOf('?');
        String path = (query < 0 ? target : target.substring(0, query)).replaceAll("/{2,}", "/").substring(1);
        if (path.isEmpty()) {
            return Response.of(String.join("\n", new TreeSet<>(VERSIONS)));
        }
        int slash = path.indexOf('/');
        String version = slash < 0 ? path : path.substring(0, slash);
        String rest = slash < 0 ? "" : path.substring(slash + 1);
        if (!VERSIONS.contains(version)) {
            return Response.error(404);
        }
        if (rest.equals("user-data") || rest.equals("user-data/")) {
            return guest.userData().map(data -> Response.of(Base64.getDecoder().decode(data))).orElse(Response.error(404));
        }
        return lookUp(leaves(guest), rest).map(Response::of).orElse(Response.error(404));
    }

    /** A leaf's value, or what is in a directory. */
    private static Optional<String> lookUp(TreeMap<String, String> leaves, String path) {
        String leaf = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (leaves.containsKey(leaf)) {
            return Optional.of(leaves.get(leaf));
        }
        String directory = leaf.isEmpty() ? "" : leaf + "/";
        TreeSet<String> names = new TreeSet<>();
        for (String key : leaves.tailMap(directory).keySet()) {
            if (!key.startsWith(directory)) {
                break;
            }
            String rest = key.substring(directory.length());
            int slash = rest.indexOf('/');
            names.add(slash < 0 ? rest : rest.substring(0, slash + 1));
        }
        names.removeIf(name -> names.contains(name + "/"));
        return names.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", names));
    }

    private static TreeMap<String, String> leaves(GuestMetadata guest) {
        TreeMap<String, String> leaves = new TreeMap<>();
        String host = "ip-" + guest.nic().privateAddress().replace('.', '-')
                + (guest.region().equals("us-east-1") ? ".ec2.internal" : "." + guest.region() + ".compute.internal");
        String meta = "meta-data/";
        leaves.put(meta + "ami-id", guest.image().value());
        leaves.put(meta + "ami-launch-index", String.valueOf(guest.launchIndex()));
        leaves.put(meta + "hostname", host);
        leaves.put(meta + "instance-action", "none");
        leaves.put(meta + "instance-id", guest.instance().value());
        leaves.put(meta + "instance-life-cycle", "on-demand");
        leaves.put(meta + "instance-type", guest.type());
        leaves.put(meta + "local-hostname", host);
        leaves.put(meta + "local-ipv4", guest.nic().privateAddress());
        leaves.put(meta + "mac", guest.nic().mac());
        leaves.put(meta + "placement/availability-zone", guest.zone());
        leaves.put(meta + "placement/region", guest.region());
        leaves.put(meta + "reservation-id", guest.reservation());
        leaves.put(meta + "security-groups", String.join("\n", guest.groups()));
        leaves.put(meta + "services/domain", "amazonaws.com");
        leaves.put(meta + "services/partition", "aws");
        guest.nic().publicAddress().ifPresent(address -> leaves.put(meta + "public-ipv4", address));
        guest.publicKey().ifPresent(key -> {
            leaves.put(meta + "public-keys", "0=" + guest.keyName().orElse("key"));
            leaves.put(meta + "public-keys/0", "openssh-key");
            leaves.put(meta + "public-keys/0/openssh-key", key);
        });
        networkInterface(leaves, meta + "network/interfaces/macs/" + guest.nic().mac() + "/", guest, host);
        leaves.put("dynamic/instance-identity/document", document(guest));
        return leaves;
    }

    private static void networkInterface(TreeMap<String, String> leaves, String nic, GuestMetadata guest, String host) {
        leaves.put(nic + "device-number", "0");
        leaves.put(nic + "local-hostname", host);
        leaves.put(nic + "local-ipv4s", guest.nic().privateAddress());
        leaves.put(nic + "mac", guest.nic().mac());
        leaves.put(nic + "owner-id", guest.account().value());
        leaves.put(nic + "security-groups", String.join("\n", guest.groups()));
        leaves.put(nic + "vpc-id", guest.nic().network().value());
        guest.nic().publicAddress().ifPresent(address -> leaves.put(nic + "public-ipv4s", address));
    }

    /** None of these values can hold a character that JSON would have to escape: each has a shape of its own. */
    private static String document(GuestMetadata guest) {
        Map<String, String> values = new TreeMap<>(Map.of("accountId", guest.account().value(), "architecture", "x86_64",
                "availabilityZone", guest.zone(), "imageId", guest.image().value(), "instanceId", guest.instance().value(), "instanceType",
                guest.type(), "privateIp", guest.nic().privateAddress(), "region", guest.region(), "version", "2017-09-30"));
        StringBuilder json = new StringBuilder("{");
        values.forEach((name, value) -> json.append(json.length() > 1 ? "," : "").append("\n  \"").append(name).append("\" : \"").append(value)
                .append('"'));
        return json.append("\n}").toString();
    }
}
