package org.kumiki.aws.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The model of one service, as AWS publishes it or trimmed to the operations that a façade offers.
 * <p>
 * A trimmed model still knows the names of all operations: a client that asks for one of them is told that it is not
 * supported here, and not that it does not exist.
 */
public final class Service {

    /** How requests and answers look. */
    public enum Protocol {
        /** EC2's own: every list is flattened in requests, and answers have no wrapper. */
        EC2,
        /** The older services: SQS, SimpleDB, Auto Scaling and their like. */
        QUERY
    }

    private final String signingName;
    private final String version;
    private final String namespace;
    private final Protocol protocol;
    private final Optional<String> target;
    private final Map<String, Operation> operations;
    private final Set<String> allNames;

    private Service(Map<String, Object> model, ModelReader reader) {
        Map<String, Object> metadata = ModelReader.object(model, "metadata");
        this.signingName = metadata.getOrDefault("signingName", metadata.get("endpointPrefix")).toString();
        this.version = metadata.get("apiVersion").toString();
        this.namespace = metadata.getOrDefault("xmlNamespace", "").toString();
        this.protocol = reader.protocol();
        this.target = Optional.ofNullable(metadata.get("targetPrefix")).map(Object::toString);
        this.operations = reader.operations();
        this.allNames = new TreeSet<>(operations.keySet());
        allNames.addAll(ModelReader.names(model.getOrDefault("otherOperations", List.of())));
    }

    /**
     * Reads a model: AWS's {@code service-2.json}, or what the trimming tool of this project made of it.
     *
     * @throws IllegalArgumentException where it is no such model
     */
    public static Service read(InputStream json) {
        try (json) {
            Map<String, Object> model = ModelReader.object(Json.parse(json.readAllBytes()));
            return new Service(model, new ModelReader(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What credential scopes call it, such as {@code ec2}. */
    public String signingName() {
        return signingName;
    }

    /** The date that names this version of the service's interface, such as {@code 2016-11-15}. */
    public String version() {
        return version;
    }

    public Protocol protocol() {
        return protocol;
    }

    /** What stands before an operation's name where JSON is spoken, such as {@code AmazonSQS}; empty where it is not. */
    public Optional<String> target() {
        return target;
    }

    /** The XML namespace of an answer, for the interface version that the client speaks. */
    public String namespace(String clientVersion) {
        return namespace.replace(version, clientVersion);
    }

    /** Empty where the model has no shapes for it: then {@link #knows} tells whether it exists at all. */
    public Optional<Operation> operation(String name) {
        return Optional.ofNullable(operations.get(name));
    }

    /** Whether the service has an operation of this name, supported here or not. */
    public boolean knows(String name) {
        return allNames.contains(name);
    }

    /** The operations with shapes, by name, in alphabetical order. */
    public Map<String, Operation> operations() {
        return new TreeMap<>(operations);
    }

    @Override
    public String toString() {
        return signingName + " " + version + " (" + protocol.name().toLowerCase(Locale.ROOT) + ")";
    }
}
