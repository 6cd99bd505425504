package org.kumiki.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.command.StateChange;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.LaunchSpec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does with instances. */
@GogoCommand(scope = "kumiki", function = { "instances", "instance", "launch", "terminate", "start", "stop", "reboot", "console" })
@Component(service = InstanceCommands.class)
public class InstanceCommands {

    private final Operator operator;

    @Activate
    public InstanceCommands(@Reference Operator operator) {
        this.operator = operator;
    }

    @Descriptor("lists the instances of all accounts")
    public List<Instance> instances() {
        return listing(operator.inventory().instances().stream().toList());
    }

    @Descriptor("shows one instance")
    public Details instance(@Descriptor("its identifier or name") String instance) {
        Inventory inventory = operator.inventory();
        return new Details(Views.instance(inventory).details(Finder.instance(inventory, instance)));
    }

    @Descriptor("launches instances of an image")
    public List<Instance> launch(CommandSession session,
            @Descriptor("size; the smallest, if you do not say") @Parameter(names = { "-t", "--type" }, absentValue = "") String type,
            @Descriptor("how many") @Parameter(names = { "-n", "--count" }, absentValue = "1") int count,
            @Descriptor("key pair of who may log in") @Parameter(names = { "-k", "--key" }, absentValue = "") String key,
            @Descriptor("name") @Parameter(names = "--name", absentValue = "") String name,
            @Descriptor("the one host it may run on") @Parameter(names = "--host", absentValue = "") String host,
            @Descriptor("placement group, by identifier or name") @Parameter(names = "--group", absentValue = "") String group,
            @Descriptor("labels its host must carry: residency=jp,rack=7") @Parameter(names = "--label", absentValue = "") String labels,
            @Descriptor("virtualization methods, any of which will do: hardware,binary-translation") @Parameter(names = "--method",
                    absentValue = "") String methods,
            @Descriptor("what its guest sees, unless the image says: \"network=pcnet disk=ide boot=network\"") @Parameter(names = "--hardware",
                    absentValue = "") String hardware,
            @Descriptor("file of user data") @Parameter(names = "--user-data", absentValue = "") String userData,
            @Descriptor("the image, by identifier or name; the only one, if you do not say") String... image) throws IOException {
        Inventory inventory = operator.inventory();
        LaunchSpec spec = new LaunchSpec(type.isEmpty() ? smallest(inventory) : type, image(inventory, image), present(key), List.of(),
                userData.isEmpty() ? Optional.empty() : Optional.of(base64(session.currentDir().resolve(userData))), false,
                Where.rules(inventory, host, group, labels, methods), hardware(hardware));
        Map<String, String> tags = name.isEmpty() ? Map.of() : Map.of("Name", name);
        Reservation launched = operator.submit(new InstanceCommand.Launch(spec, List.of(), count, count, Optional.empty(), tags, Map.of(), false));
        return listing(launched.instances());
    }

    @Descriptor("ends instances for good")
    public List<StateChange> terminate(@Descriptor("their identifiers or names") String... instances) {
        return changes(operator.submit(new InstanceCommand.Terminate(ids(instances))));
    }

    @Descriptor("starts stopped instances")
    public List<StateChange> start(@Descriptor("their identifiers or names") String... instances) {
        return changes(operator.submit(new InstanceCommand.Start(ids(instances))));
    }

    @Descriptor("stops instances and keeps their disks")
    public List<StateChange> stop(
            @Descriptor("cut them off at once") @Parameter(names = { "-f", "--force" }, presentValue = "true",
                    absentValue = "false") boolean force,
            @Descriptor("their identifiers or names") String... instances) {
        return changes(operator.submit(new InstanceCommand.Stop(ids(instances), force)));
    }

    @Descriptor("restarts running instances")
    public List<InstanceId> reboot(@Descriptor("their identifiers or names") String... instances) {
        return operator.submit(new InstanceCommand.Reboot(ids(instances)));
    }

    @Descriptor("shows the end of what an instance wrote to its console")
    public Details console(@Descriptor("its identifier or name") String instance) {
        return new Details(Text.lines(operator.console(Finder.instance(operator.inventory(), instance).id()).text()));
    }

    private List<InstanceId> ids(String... words) {
        if (words.length == 0) {
            throw new CommandFailedException("which instances? instances shows them");
        }
        Inventory inventory = operator.inventory();
        List<InstanceId> ids = new ArrayList<>();
        Arrays.stream(words).forEach(word -> ids.add(Finder.instance(inventory, word).id()));
        return ids;
    }

    private static ImageId image(Inventory inventory, String... words) {
        if (words.length == 1) {
            return Finder.image(inventory, words[0]).id();
        }
        List<Image> available = inventory.images().stream().filter(image -> image.state() == Image.State.AVAILABLE).toList();
        if (words.length > 1 || available.size() != 1) {
            throw new CommandFailedException("which image? there are " + available.size() + " available; images shows them");
        }
        return available.get(0).id();
    }

    private static Optional<Hardware> hardware(String text) {
        try {
            return present(text).map(Hardware::parse);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(e.getMessage());
        }
    }

    private static String base64(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailedException("there is no file " + Text.line(file) + " where the platform runs");
        }
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    }

    private List<Instance> listing(List<Instance> instances) {
        return Views.instances(instances, operator.now());
    }

    private static List<StateChange> changes(List<StateChange> changes) {
        return new Listing<>(changes)
                .column("INSTANCE", StateChange::instance)
                .column("BEFORE", c -> c.before().label())
                .column("NOW", c -> c.after().label());
    }

    private static Optional<String> present(String word) {
        return word.isEmpty() ? Optional.empty() : Optional.of(word);
    }

    private static String smallest(Inventory inventory) {
        return inventory.instanceTypes().stream().min(Comparator.comparing((InstanceType type) -> type.resources().memoryMiB())
                .thenComparing(type -> type.resources().cpus())).map(InstanceType::name)
                .orElseThrow(() -> new CommandFailedException("there are no instance types; the engine's configuration names them"));
    }
}
