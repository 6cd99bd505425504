package org.kumiki.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.connect.ConnectFrameworkFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;

/** Starts one platform and stays until it is stopped: by SIGTERM, or by anybody who stops the framework. */
public final class Main {

    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(30);
    private static final long RESTART_MILLIS = TimeUnit.SECONDS.toMillis(120);
    private static final long PAUSE_MILLIS = 20;

    private Main() {
    }

    public static void main(String[] arguments) {
        try {
            run(Settings.of(arguments));
            System.exit(0);
        } catch (IllegalArgumentException | IOException | BundleException e) {
            System.err.println("kumiki: " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(1);
        }
    }

    private static void run(Settings settings) throws IOException, BundleException, InterruptedException {
        refuseTakenPorts(settings);
        DataDirectory data = DataDirectory.open(settings.data());
        Framework framework;
        try {
            framework = start(settings, data);
        } catch (IOException | BundleException | RuntimeException e) {
            data.close();
            throw e;
        }
        // From here on the hook alone cleans up: it runs after SIGTERM and after our own exit alike.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(framework, data), "kumiki-stop"));
        Readiness.announce(framework, settings, data);
        stay(framework);
    }

    /** Until the framework is stopped, and does not restart itself in this process. */
    static void stay(Framework framework) throws InterruptedException {
        while (framework.waitForStop(0).getType() == FrameworkEvent.STOPPED_UPDATE) {
            // Between its end and its next beginning there is nothing to wait for, and it would look as if it were stopped for good.
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RESTART_MILLIS);
            while (framework.getState() != Bundle.ACTIVE && System.nanoTime() < deadline) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private static Framework start(Settings settings, DataDirectory data) throws IOException, BundleException {
        WatchedDirectories watched = WatchedDirectories.of(settings);
        watched.check(data.user());
        Distribution distribution = Distribution.of(settings);
        boolean warm = data.isWarm(distribution.fingerprint());
        Map<String, String> configuration = new HashMap<>(settings.properties());
        configuration.put(Constants.FRAMEWORK_STORAGE, data.frameworkStorage().toString());
        // FileInstall puts system properties, too, for ${...} in a configuration file.
        settings.properties().forEach((name, value) -> {
            if (name.startsWith("kumiki.")) {
                System.setProperty(name, value);
            }
        });
        Gatekeeper gatekeeper = new Gatekeeper(distribution, TrustedKeys.in(settings.conf().resolve("trusted")), watched,
                data.acceptedVersions(), data.run());
        Framework framework = ServiceLoader.load(ConnectFrameworkFactory.class).findFirst()
                .orElseThrow(() -> new IOException("no OSGi framework on the class path"))
                .newFramework(configuration, gatekeeper);
        framework.init();
        gatekeeper.mustStand();
        if (!warm) {
            install(distribution, framework.getBundleContext());
            data.setWarm(distribution.fingerprint());
        }
        framework.start();
        return framework;
    }

    /** Persistently: the next start finds the bundles installed and to be started, and only resolves them. */
    private static void install(Distribution distribution, BundleContext context) throws BundleException {
        for (Distribution.Member member : distribution.members()) {
            Bundle bundle = context.installBundle(member.location());
            if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
                bundle.adapt(BundleStartLevel.class).setStartLevel(member.startLevel());
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            }
        }
    }

    private static void refuseTakenPorts(Settings settings) throws IOException {
        for (String name : new String[] { "kumiki.port", "kumiki.console.port" }) {
            int port = settings.port(name);
            if (port == 0) {
                continue;
            }
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getByName(settings.get("kumiki.host")), port));
            } catch (IOException e) {
                throw new IOException("cannot listen on " + settings.get("kumiki.host") + ":" + port + " (" + e.getMessage()
                        + "); choose another with --port and --console-port", e);
            }
        }
    }

    private static void stop(Framework framework, DataDirectory data) {
        try (data) {
            framework.stop();
            framework.waitForStop(STOP_MILLIS);
        } catch (BundleException | IOException e) {
            System.err.println("kumiki: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
