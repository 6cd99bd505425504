package org.kumiki.hypervisor.simulated;

import java.lang.reflect.Proxy;
import java.util.Map;

/** Configurations as the framework would make them. */
final class Configs {

    private Configs() {
    }

    /** The defaults, but for what is given. */
    static Config with(Map<String, Object> values) {
        return (Config) Proxy.newProxyInstance(Config.class.getClassLoader(), new Class<?>[] { Config.class },
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
