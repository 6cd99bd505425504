package org.kumiki.aws.s3;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;

/** Who may do what with a bucket or an object, by a list of grants. */
record Acl(String owner, List<Grant> grants) {

    static final String ATTRIBUTE = "acl";
    static final String ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
    static final String AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
    static final String LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

    private static final String FULL_CONTROL = "FULL_CONTROL";
    private static final Set<String> PERMISSIONS = Set.of(FULL_CONTROL, "READ", "WRITE", "READ_ACP", "WRITE_ACP");
    private static final Set<String> GROUPS = Set.of(ALL_USERS, AUTHENTICATED, LOG_DELIVERY);
    private static final Map<String, String> GRANT_HEADERS = grantHeaders();

    /** @param grantee an account, or the address of a group */
    record Grant(String grantee, String permission) {

        boolean isPublic() {
            return grantee.equals(ALL_USERS) || grantee.equals(AUTHENTICATED);
        }
    }

    Acl {
        grants = List.copyOf(grants);
    }

    static Acl privateTo(String owner) {
        return new Acl(owner, List.of(new Grant(owner, FULL_CONTROL)));
    }

    /** Of a bucket or an object; whatever has none is its owner's alone. */
    static Acl of(Map<String, String> attributes) {
        String stored = attributes.get(ATTRIBUTE);
        return stored == null ? privateTo(attributes.getOrDefault("owner", "")) : stored(XmlReader.stored(stored));
    }

    private static Acl stored(Element document) {
        String owner = document.find("Owner").orElseThrow().require("ID");
        return new Acl(owner, document.find("AccessControlList").orElseThrow().all("Grant").stream().map(grant -> {
            Element grantee = grant.find("Grantee").orElseThrow();
            return new Grant(grantee.get("ID").or(() -> grantee.get("URI")).orElseThrow(), grant.require("Permission"));
        }).toList());
    }

    /** Whether a request says anything of an ACL in its headers. */
    static boolean isIn(Exchange exchange) {
        return exchange.header("x-amz-acl").isPresent() || GRANT_HEADERS.keySet().stream().anyMatch(name -> exchange.header(name).isPresent());
    }

    /** What a request says in its headers; empty if it says nothing. */
    static Optional<Acl> ofHeaders(Exchange exchange, Identity identity, String owner, String bucketOwner) {
        Optional<String> canned = exchange.header("x-amz-acl");
        List<Grant> grants = new ArrayList<>();
        GRANT_HEADERS.forEach((name, permission) -> exchange.header(name).ifPresent(list -> {
            for (String grantee : list.split(",")) {
                grants.add(new Grant(grantee(grantee.strip(), identity), permission));
            }
        }));
        if (canned.isPresent() && !grants.isEmpty()) {
            throw S3Exception.invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
        }
        if (canned.isPresent()) {
            return Optional.of(canned(canned.get(), owner, bucketOwner));
        }
        return grants.isEmpty() ? Optional.empty() : Optional.of(new Acl(owner, grants));
    }

    static Acl canned(String name, String owner, String bucketOwner) {
        Grant own = new Grant(owner, FULL_CONTROL);
        List<Grant> more = switch (name) {
            case "private" -> List.of();
            case "public-read" -> List.of(new Grant(ALL_USERS, "READ"));
            case "public-read-write" -> List.of(new Grant(ALL_USERS, "READ"), new Grant(ALL_USERS, "WRITE"));
            case "authenticated-read" -> List.of(new Grant(AUTHENTICATED, "READ"));
            case "bucket-owner-read" -> bucketOwner.equals(owner) ? List.of() : List.of(new Grant(bucketOwner, "READ"));
            case "bucket-owner-full-control" -> bucketOwner.equals(owner) ? List.of() : List.of(new Grant(bucketOwner, FULL_CONTROL));
            case "log-delivery-write" -> List.of(new Grant(LOG_DELIVERY, "WRITE"), new Grant(LOG_DELIVERY, "READ_ACP"));
            case "aws-exec-read" -> List.of();
            default -> throw S3Exception.invalid("Invalid x-amz-acl").with("ArgumentName", "x-amz-acl").with("ArgumentValue", name);
        };
        List<Grant> all = new ArrayList<>(more);
        all.add(own);
        return new Acl(owner, all);
    }

    /** {@code id="…"}, {@code uri="…"} or {@code emailAddress="…"}. */
    private static String grantee(String text, Identity identity) {
        int equals = text.indexOf('=');
        String value = text.substring(equals + 1).replaceAll("^\"|\"$", "");
        return switch (equals < 0 ? "" : text.substring(0, equals).strip()) {
            case "id" -> account(value, identity);
            case "uri" -> group(value);
            case "emailAddress" -> throw noEmail();
            default -> throw S3Exception.invalid("Argument format not recognized");
        };
    }

    private static String account(String id, Identity identity) {
        if (!id.matches("[0-9]{12}") || identity.account(new AccountId(id)).isEmpty()) {
            throw S3Exception.invalid("Invalid id").with("ArgumentName", "CanonicalUser/ID").with("ArgumentValue", id);
        }
        return id;
    }

    private static String group(String uri) {
        if (!GROUPS.contains(uri)) {
            throw S3Exception.invalid("Invalid group uri").with("ArgumentName", "Group/URI").with("ArgumentValue", uri);
        }
        return uri;
    }

    private static S3Exception noEmail() {
        return new S3Exception(400, "UnresolvableGrantByEmailAddress", "The e-mail address you provided does not match any account on record.");
    }

    /** What a client sends; the owner stays who it is. */
    static Acl read(Element document, Identity identity, String owner) {
        Element list = document.as("AccessControlPolicy").find("AccessControlList").orElseThrow(S3Exception::malformedXml);
        if (document.find("Owner").flatMap(element -> element.get("ID")).filter(id -> !id.equals(owner)).isPresent()) {
            throw S3Exception.denied();
        }
        List<Grant> grants = new ArrayList<>();
        for (Element grant : list.all("Grant")) {
            Element grantee = grant.find("Grantee").orElseThrow(S3Exception::malformedXml);
            if (!PERMISSIONS.contains(grant.require("Permission"))) {
                throw S3Exception.malformedXml();
            }
            if (grantee.get("EmailAddress").isPresent()) {
                throw noEmail();
            }
            String who = grantee.get("ID").map(id -> account(id, identity))
                    .orElseGet(() -> group(grantee.get("URI").orElseThrow(S3Exception::malformedXml)));
            grants.add(new Grant(who, grant.require("Permission")));
        }
        return new Acl(owner, grants);
    }

    /** Whether it lets somebody do something. */
    boolean allows(Caller caller, String permission, boolean ignorePublic) {
        return grants.stream().anyMatch(grant -> (grant.permission().equals(permission) || grant.permission().equals(FULL_CONTROL))
                && (caller.is(grant.grantee()) || !ignorePublic && (grant.grantee().equals(ALL_USERS)
                        || grant.grantee().equals(AUTHENTICATED) && caller.account().isPresent())));
    }

    boolean isPublic() {
        return grants.stream().anyMatch(Grant::isPublic);
    }

    Element document(Identity identity) {
        Element list = new Element("AccessControlList", grants.stream().map(grant -> {
            boolean group = grant.grantee().startsWith("http");
            List<Element> who = group ? List.of(new Element("URI", grant.grantee())) : user(grant.grantee(), identity);
            return new Element("Grant", List.of(new Element("Grantee", Map.of("type", group ? "Group" : "CanonicalUser"), "", who),
                    new Element("Permission", grant.permission())));
        }).toList());
        return new Element("AccessControlPolicy", List.of(new Element("Owner", user(owner, identity)), list));
    }

    /** As it is kept: names of accounts may change. */
    Element stored() {
        Element list = new Element("AccessControlList", grants.stream().map(grant -> new Element("Grant",
                List.of(new Element("Grantee", List.of(new Element(grant.grantee().startsWith("http") ? "URI" : "ID", grant.grantee()))),
                        new Element("Permission", grant.permission())))).toList());
        return new Element("AccessControlPolicy", List.of(new Element("Owner", List.of(new Element("ID", owner))), list));
    }

    static List<Element> user(String id, Identity identity) {
        String name = id.matches("[0-9]{12}") ? identity.account(new AccountId(id)).map(Account::name).orElse(id) : id;
        return List.of(new Element("ID", id), new Element("DisplayName", name));
    }

    private static Map<String, String> grantHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-amz-grant-read", "READ");
        headers.put("x-amz-grant-write", "WRITE");
        headers.put("x-amz-grant-read-acp", "READ_ACP");
        headers.put("x-amz-grant-write-acp", "WRITE_ACP");
        headers.put("x-amz-grant-full-control", FULL_CONTROL);
        return headers;
    }
}
