package org.kumiki.gateway;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fa&ccedil;ades that are known, whether they are there just now or not, and the pure function from a request to one of them.
 *
 * @param versions  names of fa&ccedil;ades, each with the API versions that it declared: dates, or ranges of dates like
 *                  {@code 2006-06-26..2016-11-15}
 * @param paths     paths that stand for a fa&ccedil;ade, e.g. {@code /services/Cloud} for {@code ec2}
 * @param otherwise gets what is unsigned and says nothing; empty for none
 */
record Directory(Map<String, List<String>> versions, Map<String, String> paths, String otherwise) {

    private static final String S3 = "s3";

    Directory {
        versions = Map.copyOf(versions);
        paths = Map.copyOf(paths);
    }

    Route route(Hints hints) {
        if (hints.authorization() != null && hints.authorization().startsWith("AWS4-")) {
            return byScope(between(hints.authorization(), "Credential=", ','));
        }
        if (hints.credential() != null) {
            return byScope(hints.credential());
        }
        if (hints.link() != null || hints.authorization() != null && hints.authorization().startsWith("AWS ")) {
            return to(S3); // the only service that was ever signed like this
        }
        return byWords(hints);
    }

    private Route byScope(String credential) {
        String[] parts = credential == null ? new String[0] : credential.strip().split("/", -1);
        int last = parts.length - 1;
        // Signatures of the kind SigV4A have no region, so count from the end.
        if (last < 3 || !parts[last].equals("aws4_request") || parts[last - 1].isEmpty()) {
            return new Route.Refused(AwsError.incompleteSignature());
        }
        return to(parts[last - 1]);
    }

    private Route byWords(Hints hints) {
        if (hints.action() != null && hints.version() != null) {
            Optional<String> facade = ofVersion(hints.version());
            if (facade.isPresent()) {
                return new Route.To(facade.get());
            }
        }
        Optional<String> facade = ofPath(hints).or(() -> ofHost(hints.host()));
        if (facade.isPresent()) {
            return new Route.To(facade.get());
        }
        if (hints.action() != null) {
            return new Route.Refused(hints.version() == null ? AwsError.missingVersion() : AwsError.noSuchVersion(hints.version()));
        }
        if (!hints.path().equals("/") && versions.containsKey(S3)) {
            return new Route.To(S3); // no other service has paths of its own: somebody may be reading what all may read
        }
        return otherwise.isEmpty() ? new Route.Refused(AwsError.missingToken()) : to(otherwise);
    }

    private Route to(String facade) {
        return versions.containsKey(facade) ? new Route.To(facade) : new Route.Refused(AwsError.unsupportedService(facade), facade);
    }

    private Optional<String> ofVersion(String version) {
        return versions.keySet().stream().filter(facade -> versions.get(facade).contains(version)).min(String::compareTo)
                .or(() -> versions.keySet().stream().filter(facade -> inRange(facade, version)).min(String::compareTo));
    }

    private boolean inRange(String facade, String version) {
        for (String range : versions.get(facade)) {
            int dots = range.indexOf("..");
            if (dots >= 0 && version.compareTo(range.substring(0, dots)) >= 0 && version.compareTo(range.substring(dots + 2)) <= 0
                    && version.length() == dots) {
                return true;
            }
        }
        return false;
    }

    /** A fa&ccedil;ade's name as first part of the path counts only in a query request: it may as well be a bucket's. */
    private Optional<String> ofPath(Hints hints) {
        for (Map.Entry<String, String> entry : paths.entrySet()) {
            if (hints.path().equals(entry.getKey()) || hints.path().startsWith(entry.getKey() + "/")) {
                return Optional.of(entry.getValue()).filter(versions::containsKey);
            }
        }
        int end = hints.path().indexOf('/', 1);
        String first = end < 0 ? hints.path().substring(1) : hints.path().substring(1, end);
        return Optional.of(first).filter(facade -> hints.action() != null && versions.containsKey(facade));
    }

    /** {@code ec2.localhost} as well as {@code bucket.s3.localhost}; from the end, since a bucket may have the name of a service. */
    private Optional<String> ofHost(String host) {
        String[] labels = host == null ? new String[0] : host.split("[.:]");
        for (int i = labels.length - 1; i >= 0; i--) {
            String service = labels[i].startsWith("s3-") ? S3 : labels[i]; // s3-website, s3-eu-west-1
            if (versions.containsKey(service)) {
                return Optional.of(service);
            }
        }
        return Optional.empty();
    }

    private static String between(String text, String start, char end) {
        int from = text.indexOf(start);
        if (from < 0) {
            return null;
        }
        int to = text.indexOf(end, from);
        return text.substring(from + start.length(), to < 0 ? text.length() : to);
    }
}
