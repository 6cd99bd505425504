package org.kumiki.hypervisor.exec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Technology.MonitorPlace;
import org.kumiki.api.node.Node;

/**
 * What an operator has chosen, checked.
 *
 * @param capacity    of a host; where it is zero, the node's own counts
 * @param environment {@code NAME=value}, for the scripts
 */
record Settings(String name, Config.Kind kind, Path path, Set<String> nodes, String host, MonitorPlace monitor, Set<Method> methods,
        Set<Feature> features, Resources capacity, Duration toAct, Duration toStop, Duration toAsk, Duration betweenLooks, List<String> environment,
        Details details, boolean prepare, String consoleAction, Config.Deployment deployment, String domainType, String probe) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=[^\\x00\\r\\n]*");
    private static final Pattern ACTION = Pattern.compile("[A-Za-z0-9_]{0,64}");
    private static final Pattern DOMAIN = Pattern.compile("[a-z]{1,16}");
    /** What scripts of each kind could be asked for at all. */
    private static final Set<Feature> BY_CLOUDSTACK = EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP, Feature.CONSOLE_OUTPUT);
    private static final Set<Feature> BY_OPENNEBULA = EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP);

    Settings {
        check(NAME.matcher(name).matches(), "a technology's name is of lower-case letters, digits and hyphens: " + name);
        check(path.isAbsolute(), "a path is absolute: " + path);
        check(probe.isEmpty() || Path.of(probe).isAbsolute(), "a probe's path is absolute: " + probe);
        environment.forEach(each -> check(VARIABLE.matcher(each).matches(), "a variable is NAME=value: " + each));
        check(ACTION.matcher(consoleAction).matches(), "an action is a word: " + consoleAction);
        check(DOMAIN.matcher(domainType).matches(), "a domain's type is a word: " + domainType);
        check(isPositive(toAct) && isPositive(toStop) && isPositive(toAsk) && isPositive(betweenLooks), "times are positive");
        Set<Feature> beyond = EnumSet.noneOf(Feature.class);
        beyond.addAll(features);
        beyond.removeAll(kind == Config.Kind.CLOUDSTACK ? BY_CLOUDSTACK : BY_OPENNEBULA);
        check(beyond.isEmpty(), "scripts of kind " + kind + " cannot be asked for " + beyond);
        check(features.contains(Feature.CONSOLE_OUTPUT) == !consoleAction.isEmpty(), "CONSOLE_OUTPUT and consoleAction go together");
        nodes = Set.copyOf(nodes);
        methods = Set.copyOf(methods);
        features = Set.copyOf(features);
        environment = List.copyOf(environment);
    }

    static Settings of(String name, Config config) {
        return new Settings(name, config.kind(), Path.of(config.path()), Set.of(config.nodes()), config.host(), config.monitor(),
                Set.of(config.methods()), Set.of(config.features()),
                new Resources(config.cpus(), config.memoryMiB(), config.diskMiB(), config.networkMbps()), Duration.ofSeconds(config.actSeconds()),
                Duration.ofSeconds(config.stopSeconds()), Duration.ofSeconds(config.askSeconds()), Duration.ofSeconds(config.lookSeconds()),
                List.of(config.environment()), Details.of(config.details(), config.secrets()), config.prepare(), config.consoleAction().strip(),
                config.deployment(), config.domainType(), config.probe().strip());
    }

    boolean concerns(Node node) {
        return nodes.isEmpty() || nodes.contains(node.name());
    }

    HostId host(Node node) {
        return new HostId(host.replace("{node}", node.name()).replace("{name}", name));
    }

    boolean can(Feature feature) {
        return features.contains(feature);
    }

    private static boolean isPositive(Duration time) {
        return !time.isNegative() && !time.isZero();
    }

    private static void check(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }
}
