package org.kumiki.aws.ec2;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.kumiki.api.command.KeyPairCommand;
import org.kumiki.api.model.KeyPair;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Key pairs: made here or elsewhere, and only their public halves kept. */
final class KeyPairs {

    static final Filters<KeyPair> FILTERS = new Filters<KeyPair>()
            .on("key-name", KeyPair::name)
            .on("key-pair-id", key -> key.id().value())
            .on("fingerprint", KeyPair::fingerprint)
            .onTags(KeyPair::tags);

    private final Cloud cloud;

    KeyPairs(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeKeyPairs", this::describe)
                .command("CreateKeyPair", this::create)
                .command("ImportKeyPair", this::importPublic)
                .command("DeleteKeyPair", this::delete);
    }

    private Structure.Builder describe(Call call) {
        Structure input = call.input();
        List<KeyPair> mine = cloud.mine(call, cloud.inventory().keyPairs(), KeyPair::owner, Kinds.KEY_PAIR, input.texts("KeyPairIds"));
        List<String> names = input.texts("KeyNames");
        for (String name : names) {
            if (mine.stream().noneMatch(key -> key.name().equals(name))) {
                throw missing(name);
            }
        }
        Stream<KeyPair> keys = mine.stream().filter(key -> names.isEmpty() || names.contains(key.name())).filter(FILTERS.of(call));
        return call.output().list("KeyPairs", keys.toList(), (key, out) -> {
            identify(out, key);
            out.put("KeyType", key.type()).put("CreateTime", key.created());
            if (input.flag("IncludePublicKey")) {
                out.put("PublicKey", key.publicKey());
            }
        });
    }

    private CompletionStage<Structure.Builder> create(Call call) {
        Structure input = call.input();
        Parameters.only(input, "KeyName", "KeyType", "KeyFormat", "TagSpecifications");
        String name = input.requiredText("KeyName");
        if (!input.text("KeyFormat", "pem").equals("pem")) {
            throw AwsException.refuse("UnsupportedOperation", "Private keys are written as pem only.");
        }
        String type = input.text("KeyType", "rsa");
        Map<String, String> tags = Tags.of(input, Kinds.KEY_PAIR);
        if (find(call, name).isPresent()) { // before half a second goes into a key that nobody gets
            throw AwsException.refuse("InvalidKeyPair.Duplicate", "The keypair '" + Text.brief(name) + "' already exists.");
        }
        return CompletableFuture.supplyAsync(() -> type.equals("rsa") ? FreshKey.rsa(name) : FreshKey.ed25519(name))
                .thenCompose(fresh -> cloud.submit(call,
                        new KeyPairCommand.Import(name, fresh.publicKey(), fresh.fingerprint(), type, tags),
                        key -> identify(call.output(), key).put("KeyMaterial", fresh.privateKey())));
    }

    private CompletionStage<Structure.Builder> importPublic(Call call) {
        Structure input = call.input();
        Parameters.only(input, "KeyName", "PublicKeyMaterial", "TagSpecifications");
        String text = new String(input.bytes("PublicKeyMaterial").orElseThrow(), StandardCharsets.UTF_8).strip();
        PublicKey key = PublicKey.parse(text);
        return cloud.submit(call,
                new KeyPairCommand.Import(input.requiredText("KeyName"), key.line(), key.fingerprint(), key.type(), Tags.of(input,
                        Kinds.KEY_PAIR)),
                imported -> identify(call.output(), imported));
    }

    /** Deleting what is not there is no error to EC2. */
    private CompletionStage<Structure.Builder> delete(Call call) {
        Structure input = call.input();
        Optional<String> id = input.text("KeyPairId");
        if (id.isEmpty() && input.text("KeyName").isEmpty()) {
            throw AwsException.missing("KeyName");
        }
        Optional<String> name = input.text("KeyName").or(() -> cloud.mine(call, cloud.inventory().keyPairs(), KeyPair::owner).stream()
                .filter(key -> key.id().equals(Kinds.KEY_PAIR.id(id.orElseThrow()))).map(KeyPair::name).findFirst());
        if (name.isEmpty()) {
            return CompletableFuture.completedStage(call.output().put("Return", true));
        }
        return cloud.submit(call, new KeyPairCommand.Delete(name.get()),
                deleted -> call.output().put("Return", true).put("KeyPairId", deleted.map(key -> key.id().value()).orElse(null)));
    }

    private Optional<KeyPair> find(Call call, String name) {
        return cloud.mine(call, cloud.inventory().keyPairs(), KeyPair::owner).stream().filter(key -> key.name().equals(name)).findFirst();
    }

    private static Structure.Builder identify(Structure.Builder out, KeyPair key) {
        out.put("KeyName", key.name()).put("KeyPairId", key.id().value()).put("KeyFingerprint", key.fingerprint());
        Tags.put(out, key.tags());
        return out;
    }

    private static AwsException missing(String name) {
        return AwsException.refuse("InvalidKeyPair.NotFound", "The key pair '" + Text.brief(name) + "' does not exist");
    }
}
