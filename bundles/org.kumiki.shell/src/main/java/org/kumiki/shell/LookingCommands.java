package org.kumiki.shell;

import java.util.List;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.KeyPair;
import org.kumiki.api.model.Volume;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator only looks at. */
@GogoCommand(scope = "kumiki", function = { "plugins", "keys", "volumes" })
@Component(service = LookingCommands.class)
public class LookingCommands {

    private final Operator operator;

    @Activate
    public LookingCommands(@Reference Operator operator) {
        this.operator = operator;
    }

    @Descriptor("lists the plug-ins that are there, and how each is doing")
    public List<PlugIn> plugins() {
        return new Listing<>(operator.datacenter().plugIns())
                .column("KIND", PlugIn::kind)
                .column("NAME", PlugIn::name)
                .column("STATE", p -> Text.lowerCase(p.state()))
                .column("CALLS", PlugIn::calls)
                .column("FAILURES", PlugIn::failures)
                .column("BUNDLE", PlugIn::bundle)
                .column("METHODS", p -> p.technology().map(t -> t.methods().stream().map(Text::lowerCase).sorted().toList()))
                .column("NOTE", p -> p.note().isEmpty() ? p.technology().map(t -> t.note()) : p.note());
    }

    @Descriptor("lists the key pairs of all accounts")
    public List<KeyPair> keys() {
        return new Listing<>(operator.inventory().keyPairs().stream().toList())
                .column("KEY PAIR", KeyPair::id)
                .column("NAME", KeyPair::name)
                .column("ACCOUNT", KeyPair::owner)
                .column("TYPE", KeyPair::type)
                .column("FINGERPRINT", KeyPair::fingerprint);
    }

    @Descriptor("lists the volumes of all accounts")
    public List<Volume> volumes() {
        return new Listing<>(operator.inventory().volumes().stream().toList())
                .column("VOLUME", Volume::id)
                .column("NAME", v -> v.tags().get("Name"))
                .column("STATE", v -> Text.lowerCase(v.state()))
                .column("SIZE", v -> Text.size(v.sizeMiB()))
                .column("INSTANCE", v -> v.attachment().map(Attachment::instance))
                .column("DEVICE", v -> v.attachment().map(Attachment::device))
                .column("SNAPSHOT", Volume::origin);
    }
}
