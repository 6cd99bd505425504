package org.kumiki.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;

/** Takes machines in, by a configuration of the bundle that reaches machines of their kind. It is kept, as those of the web console are. */
@GogoCommand(scope = "kumiki", function = { "add" })
@Component(service = NodeCommands.class)
public class NodeCommands {

    /** Bundles that reach machines are configured under this name, a dot and their kind, once a machine. */
    private static final String NODE = "org.kumiki.node.";
    private static final String NAME = "name";

    private final Operator operator;
    private final ConfigurationAdmin configurations;
    private final MetaTypeService descriptions;
    private final BundleContext bundles;

    @Activate
    public NodeCommands(@Reference Operator operator, @Reference ConfigurationAdmin configurations, @Reference MetaTypeService descriptions,
            BundleContext bundles) {
        this.operator = operator;
        this.configurations = configurations;
        this.descriptions = descriptions;
        this.bundles = bundles;
    }

    @Descriptor("takes a machine in as a host; without arguments, says which kinds of machines there are and what each needs")
    public String add(@Descriptor("the kind of machine, its name, and PROPERTY=VALUE for the rest") String... words) throws IOException {
        Map<String, Form> kinds = kinds();
        if (words.length == 0) {
            return kinds.entrySet().stream().map(kind -> "add " + kind.getKey() + " NAME " + kind.getValue()).collect(Collectors.joining("\n"));
        }
        Form form = kinds.get(words[0]);
        if (form == null) {
            throw new CommandFailedException("there is no kind of machine \"" + Text.line(words[0]) + "\"; there are " + String.join(", ", kinds.keySet()));
        }
        if (words.length == 1 || !words[1].matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new CommandFailedException("a host needs a name of letters, digits, dots and hyphens: add " + words[0] + " web-1 " + form);
        }
        String name = words[1];
        if (operator.inventory().hosts().find(new HostId(name)).filter(host -> host.state() != HostState.REMOVED).isPresent()) {
            throw new CommandFailedException("there is a host " + name + " already; remove takes it out");
        }
        List<String> properties = new ArrayList<>(List.of(NAME + "=" + name));
        properties.addAll(Arrays.asList(words).subList(2, words.length));
        Dictionary<String, Object> filled = form.filled(properties);
        configurations.getFactoryConfiguration(NODE + words[0], name, "?").update(filled);
        return name + " is being looked at; hosts shows it as soon as a technology is found there, and the log says if that fails";
    }

    private Map<String, Form> kinds() {
        Map<String, Form> kinds = new TreeMap<>();
        for (Bundle bundle : bundles.getBundles()) {
            MetaTypeInformation information = descriptions.getMetaTypeInformation(bundle);
            for (String pid : information == null ? new String[0] : information.getFactoryPids()) {
                if (pid.startsWith(NODE)) {
                    kinds.put(pid.substring(NODE.length()), Form.of(information.getObjectClassDefinition(pid, null)));
                }
            }
        }
        return kinds;
    }
}
