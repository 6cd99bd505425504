package org.kumiki.tck.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.datacenter.BrainExaminer;
import org.kumiki.api.hypervisor.DriverExaminer;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.tck.Report;
import org.kumiki.tck.Tck;
import org.kumiki.tck.brain.BrainTck;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the checks on drivers and brains of this platform, of each kind one after the other, and shows how far that is. */
@GogoCommand(scope = "kumiki", function = "tck")
@Component(service = { DriverExaminer.class, BrainExaminer.class, PlatformExaminer.class }, configurationPid = "org.kumiki.tck")
@Designate(ocd = PlatformExaminer.Config.class)
public class PlatformExaminer implements DriverExaminer, BrainExaminer {

    private static final Logger LOG = LoggerFactory.getLogger(PlatformExaminer.class);
    private static final long BETWEEN_LOOKS_MILLIS = 2_000;

    @ObjectClassDefinition(name = "Kumiki TCK", description = "Checks of hypervisor drivers and brains, in this platform.")
    @interface Config {

        @AttributeDefinition(name = "Exempt", description = "Symbolic names of bundles whose plug-ins are not examined. By default those that the"
                + " platform's own build has checked.")
        String[] exempt() default { "org.kumiki.hypervisor.qemu", "org.kumiki.hypervisor.simulated" };
    }

    private final Set<String> exempt;
    private final Map<String, Examination> examinations = new ConcurrentSkipListMap<>();
    private final List<ImageStore> images = new CopyOnWriteArrayList<>();
    private final ExecutorService driverThread = thread("kumiki-tck-drivers");
    /** Brains do not wait for drivers, whose guests may take minutes. */
    private final ExecutorService brainThread = thread("kumiki-tck-brains");

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private volatile VolumeStore volumes;

    @Activate
    public PlatformExaminer(Config config) {
        this(Set.of(config.exempt()));
    }

    PlatformExaminer(Set<String> exempt) {
        this.exempt = exempt;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addImages(ImageStore store) {
        images.add(store);
    }

    void removeImages(ImageStore store) {
        images.remove(store);
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread one = new Thread(task, name);
            one.setDaemon(true);
            return one;
        });
    }

    @Deactivate
    void close() {
        driverThread.shutdownNow();
        brainThread.shutdownNow();
    }

    @Override
    public CompletionStage<Optional<String>> examine(Object plugIn, String bundle) {
        int brainChecks = BrainTck.checks(plugIn);
        Examination examination = new Examination(bundle, brainChecks > 0 ? brainChecks : Tck.checks().size());
        examinations.put(bundle, examination);
        if (exempt.contains(bundle.split(" ")[0])) {
            examination.is("is exempt");
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return brainChecks > 0
                ? CompletableFuture.supplyAsync(() -> examination.end(BrainTck.run(bundle, plugIn, examination::add)), brainThread)
                : CompletableFuture.supplyAsync(() -> examine(plugIn, examination), driverThread);
    }

    private Optional<String> examine(Object driver, Examination examination) {
        try {
            examination.is("waits for an image");
            PlatformBed bed = new PlatformBed(driver, boot(), Optional.ofNullable(volumes));
            try {
                Report report = Tck.run(bed, examination::add);
                return examination.end(report);
            } finally {
                bed.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (Exception e) {
            LOG.warn("driver {} could not be examined", examination.bundle(), e);
            examination.is("could not be examined: " + e);
            throw new IllegalStateException(e.toString(), e);
        }
    }

    /** How guests of the checks boot: as those of a built-in image do. It may still be in the making. */
    private BootSource boot() throws InterruptedException {
        while (true) {
            boolean coming = false;
            for (ImageStore store : images) {
                for (ImageStore.BuiltIn builtIn : store.builtIns()) {
                    coming = true;
                    try {
                        return store.boot(builtIn.id()).toCompletableFuture().get();
                    } catch (ExecutionException e) {
                        LOG.debug("image {} is not there yet", builtIn.id(), e);
                    }
                }
            }
            if (!coming) {
                return new BootSource.Nothing();
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
    }

    @Descriptor("shows which drivers were examined, and how far that is; of a driver that has failed, in what")
    public String tck() {
        List<String> lines = new ArrayList<>();
        examinations.values().forEach(examination -> lines.addAll(examination.lines(false)));
        return lines.isEmpty() ? "no driver was examined; the engine's property examine.drivers says whether any is" : String.join("\n", lines);
    }

    @Descriptor("shows every check of one driver")
    public String tck(@Descriptor("symbolic name of its bundle") String bundle) {
        List<String> lines = new ArrayList<>();
        examinations.values().stream().filter(examination -> examination.bundle().startsWith(bundle))
                .forEach(examination -> lines.addAll(examination.lines(true)));
        return lines.isEmpty() ? "no driver of " + bundle + " was examined; tck shows those that were" : String.join("\n", lines);
    }
}
