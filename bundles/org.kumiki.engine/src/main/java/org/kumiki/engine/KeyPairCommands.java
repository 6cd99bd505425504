package org.kumiki.engine;

import java.util.Optional;

import org.kumiki.api.command.KeyPairCommand.Delete;
import org.kumiki.api.command.KeyPairCommand.Import;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.KeyPair;

/** Key pairs: kept and forgotten. */
final class KeyPairCommands {

    private KeyPairCommands() {
    }

    static KeyPair add(Draft draft, Caller caller, Import command) {
        if (command.name().isBlank() || command.name().length() > 255) {
            throw Refused.invalid(Kind.KEY_PAIR, command.name(), "A key pair has a name of 1 to 255 characters");
        }
        if (command.publicKey().chars().anyMatch(Character::isISOControl)) {
            throw Refused.invalid(Kind.KEY_PAIR, command.name(), "A public key is one line of text");
        }
        if (find(draft, caller, command.name()).isPresent()) {
            throw Refused.duplicate(Kind.KEY_PAIR, command.name());
        }
        TagCommands.check(command.tags());
        return draft.put(Entity.KEY_PAIR, new KeyPair(draft.ids().keyPair(), caller.account(), command.name(), command.publicKey(),
                command.fingerprint(), command.type(), draft.now(), command.tags()));
    }

    static Optional<KeyPair> delete(Draft draft, Caller caller, Delete command) {
        Optional<KeyPair> key = find(draft, caller, command.name());
        key.ifPresent(found -> draft.remove(Entity.KEY_PAIR, found.id()));
        return key;
    }

    private static Optional<KeyPair> find(Draft draft, Caller caller, String name) {
        return draft.all(Entity.KEY_PAIR).stream().filter(key -> key.owner().equals(caller.account()) && key.name().equals(name)).findFirst();
    }
}
