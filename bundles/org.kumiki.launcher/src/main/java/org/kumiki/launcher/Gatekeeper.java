package org.kumiki.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.connect.ConnectModule;
import org.osgi.framework.connect.ModuleConnector;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Decides which bundles may be part of the platform. It stands in the framework itself, before any bundle does, so none can come in front
 * of it or take it away; and what it refuses is never resolved, so none of its classes is ever loaded. What belongs to the distribution
 * is let in. Anything else must leave the distribution's bundles alone, and must be signed if {@code conf/trusted} says by whom.
 */
final class Gatekeeper implements ModuleConnector, BundleActivator, ResolverHookFactory, SynchronousBundleListener, FrameworkListener {

    private static final Logger AUDIT = Logger.getLogger("org.kumiki.audit");
    private static final String MODEL = "org.kumiki.api";

    private enum Standing { OURS, ACCEPTED, REFUSED }

    /** What was found out about one revision of a bundle; the digest is only of what is signed. */
    private record Verdict(Standing standing, String text, Optional<String> digest) {

        Verdict(Standing standing, String text) {
            this(standing, text, Optional.empty());
        }

        boolean isOurs() {
            return standing == Standing.OURS;
        }

        boolean isRefused() {
            return standing == Standing.REFUSED;
        }
    }

    private final Distribution distribution;
    private final TrustedKeys keys;
    private final WatchedDirectories watched;
    private final AcceptedVersions versions;
    private final Path scratch;
    private final InstantSource clock = InstantSource.system();
    private final Map<BundleRevision, Verdict> verdicts = new WeakHashMap<>();
    private final List<Runnable> untold = new ArrayList<>();
    private BundleContext context;
    private ServiceRegistration<ResolverHookFactory> hook;

    Gatekeeper(Distribution distribution, TrustedKeys keys, WatchedDirectories watched, AcceptedVersions versions, Path scratch) {
        // Bundles that extend the framework itself pass no resolver: Felix takes none with this, which it reads when it is loaded.
        System.setProperty("felix.extensions.disable", "true");
        this.distribution = distribution;
        this.keys = keys;
        this.watched = watched;
        this.versions = versions;
        this.scratch = scratch;
    }

    @Override
    public void initialize(File storage, Map<String, String> configuration) {
        // nothing to prepare
    }

    @Override
    public Optional<ConnectModule> connect(String location) {
        return Optional.empty(); // all bundles are jars
    }

    /** Asked for each time that the framework begins, also when it restarts itself in this process. */
    @Override
    public Optional<BundleActivator> newBundleActivator() {
        return Optional.of(this);
    }

    @Override
    public void start(BundleContext system) {
        context = system;
        hook = system.registerService(ResolverHookFactory.class, this, null);
        system.addBundleListener(this);
        system.addFrameworkListener(this);
    }

    @Override
    public void stop(BundleContext system) {
        system.removeFrameworkListener(this);
        system.removeBundleListener(this);
        hook.unregister();
    }

    /** A framework that goes on without those of its activators that fail would go on without any check. */
    void mustStand() throws IOException {
        if (context == null || context.getServiceReference(ResolverHookFactory.class) == null) {
            throw new IOException("this OSGi framework lets nobody check its bundles");
        }
    }

    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        return new Hook(triggers);
    }

    /** One pass of the resolver. A hook that throws here would be ignored, so a bundle that cannot be judged is refused instead. */
    private final class Hook implements ResolverHook {

        private final Collection<BundleRevision> triggers;

        Hook(Collection<BundleRevision> triggers) {
            this.triggers = List.copyOf(triggers);
        }

        /**
         * Only what is asked for is taken out here; the others are in {@link #filterMatches}. Once a hook takes anything out, Felix 7 lets
         * nothing that is already resolved provide for the rest.
         */
        @Override
        public void filterResolvable(Collection<BundleRevision> candidates) {
            candidates.forEach(Gatekeeper.this::verdict);
            candidates.removeIf(candidate -> triggers.contains(candidate) && verdict(candidate).isRefused());
            tell();
        }

        @Override
        public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> collisions) {
            boolean refused = verdict(singleton.getRevision()).isRefused();
            collisions.removeIf(other -> refused || verdict(other.getRevision()).isRefused());
        }

        /** What is refused neither provides nor gets anything, and the distribution's bundles get from outside only what none of them has. */
        @Override
        public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
            Verdict asking = verdict(requirement.getRevision());
            candidates.removeIf(candidate -> asking.isRefused() || verdict(candidate.getRevision()).isRefused());
            if (asking.isOurs() && candidates.stream().anyMatch(candidate -> verdict(candidate.getRevision()).isOurs())) {
                candidates.removeIf(candidate -> !verdict(candidate.getRevision()).isOurs());
            }
        }

        @Override
        public void end() {
            // nothing was begun
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() != BundleEvent.RESOLVED) {
            return;
        }
        Bundle bundle = event.getBundle();
        Verdict verdict = verdict(bundle.adapt(BundleRevision.class));
        if (!verdict.isOurs()) {
            audit(Level.INFO, bundle, " is let in: ", verdict.text(), null);
            verdict.digest().ifPresent(digest -> remember(bundle, digest));
        }
        tell();
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        tell();
    }

    private void remember(Bundle bundle, String digest) {
        try {
            versions.remember(bundle.getSymbolicName(), bundle.getVersion(), digest);
        } catch (IOException e) {
            audit(Level.SEVERE, bundle, " is let in, but an older version may be let in after it: ", e.toString(), e);
        }
    }

    private Verdict verdict(BundleRevision revision) {
        synchronized (verdicts) {
            return verdicts.computeIfAbsent(revision, this::judge);
        }
    }

    private Verdict judge(BundleRevision revision) {
        Bundle bundle = revision.getBundle();
        try {
            if (isOurs(bundle)) {
                return new Verdict(Standing.OURS, "of the distribution");
            }
            watched.refuseLink(bundle.getLocation());
            refuseHijacker(revision);
            if (keys.isEmpty()) {
                return new Verdict(Standing.ACCEPTED, "conf/trusted has no certificate, so nobody has to sign");
            }
            return signed(revision);
        } catch (BundleRefused e) {
            audit(Level.SEVERE, bundle, " is refused: ", e.getMessage(), null);
            return new Verdict(Standing.REFUSED, e.getMessage());
        } catch (IOException | RuntimeException e) {
            audit(Level.SEVERE, bundle, " is refused, because it could not be checked: ", e.toString(), e);
            return new Verdict(Standing.REFUSED, e.toString());
        }
    }

    /** Where signatures count, a bundle that was updated in place of one of ours is not ours any more. */
    private boolean isOurs(Bundle bundle) throws IOException {
        if (bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            return true;
        }
        Optional<Path> jar = distribution.jar(bundle.getLocation());
        return jar.isPresent() && (keys.isEmpty() || Content.of(bundle).digest().equals(Content.digest(jar.get())));
    }

    private void refuseHijacker(BundleRevision revision) throws BundleRefused {
        for (BundleRequirement host : revision.getDeclaredRequirements(BundleRevision.HOST_NAMESPACE)) {
            for (Bundle bundle : context.getBundles()) {
                if (isInstalledAsOurs(bundle) && hosts(bundle).anyMatch(host::matches)) {
                    throw new BundleRefused("it would become a part of " + bundle.getSymbolicName()
                            + "; only the distribution's own fragments may; make it a bundle of its own");
                }
            }
        }
        for (BundleCapability exported : revision.getDeclaredCapabilities(BundleRevision.PACKAGE_NAMESPACE)) {
            String name = String.valueOf(exported.getAttributes().get(BundleRevision.PACKAGE_NAMESPACE));
            if (name.equals(MODEL) || name.startsWith(MODEL + ".")) {
                throw new BundleRefused("it exports " + name + ", which is the platform's; import it instead");
            }
        }
    }

    private boolean isInstalledAsOurs(Bundle bundle) {
        return bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID || distribution.jar(bundle.getLocation()).isPresent();
    }

    private static Stream<BundleCapability> hosts(Bundle bundle) {
        return bundle.adapt(BundleRevision.class).getDeclaredCapabilities(BundleRevision.HOST_NAMESPACE).stream();
    }

    private Verdict signed(BundleRevision revision) throws BundleRefused, IOException {
        Bundle bundle = revision.getBundle();
        if (bundle.getLocation().startsWith("reference:")) {
            throw new BundleRefused("it was installed by reference, so it could change after it was checked; install it by its address alone");
        }
        if (revision != bundle.adapt(BundleRevision.class)) {
            throw new BundleRefused("it was replaced before it was checked");
        }
        Content content = Content.of(bundle);
        String signer = Signatures.signer(content, keys, clock.instant(), scratch);
        String digest = content.digest();
        versions.check(String.valueOf(revision.getSymbolicName()), revision.getVersion(), digest);
        return new Verdict(Standing.ACCEPTED, "signed by " + signer, Optional.of(digest));
    }

    private void audit(Level level, Bundle bundle, String what, String why, Exception thrown) {
        String line = bundle.getSymbolicName() + " " + bundle.getVersion() + " from " + bundle.getLocation() + what + why;
        synchronized (untold) {
            untold.add(() -> AUDIT.log(level, thrown, () -> line));
        }
    }

    /** Not before the bundle at the first start level has made the log. */
    private void tell() {
        List<Runnable> lines;
        synchronized (untold) {
            if (context.getBundle().adapt(FrameworkStartLevel.class).getStartLevel() <= 1) {
                return;
            }
            lines = List.copyOf(untold);
            untold.clear();
        }
        lines.forEach(Runnable::run);
    }
}
