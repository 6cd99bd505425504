package org.kumiki.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Offers the accounts of the file, as it is now. While the file has never been understood there is no {@link Identity}, and so no
 * request that could be let in by mistake; as soon as it is corrected, there is one.
 */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>='org.kumiki.api.identity.Identity'", effective = "active")
@Component(service = {})
public class AccountsKeeper {

    private static final Duration LOOK = Duration.ofMillis(250);

    /** Whoever holds the service sees the newest accounts. */
    private static final class Newest implements Identity {

        private volatile Accounts accounts;

        Newest(Accounts accounts) {
            this.accounts = accounts;
        }

        @Override
        public Optional<AccessKey> accessKey(String id) {
            return accounts.accessKey(id);
        }

        @Override
        public Optional<Account> account(AccountId id) {
            return accounts.account(id);
        }

        @Override
        public List<Account> accounts() {
            return accounts.accounts();
        }

        @Override
        public Account root() {
            return accounts.root();
        }
    }

    private final BundleContext context;
    private final AccountsFile file;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kumiki-identity");
        thread.setDaemon(true);
        return thread;
    });
    private Newest newest;
    private ServiceRegistration<Identity> registration;

    @Activate
    public AccountsKeeper(BundleContext context) throws IOException {
        this(context, Path.of(property(context, "kumiki.data", "data")), property(context, "kumiki.region", "us-east-1"));
        clock.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    AccountsKeeper(BundleContext context, Path data, String region) throws IOException {
        this.context = context;
        file = new AccountsFile(data, region);
        file.prepare(new SecureRandom());
        look();
    }

    /** Reads the file again if it has changed. */
    synchronized void look() {
        file.readIfChanged().ifPresent(accounts -> {
            if (newest == null) {
                newest = new Newest(accounts);
                registration = context.registerService(Identity.class, newest,
                        FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_DESCRIPTION, "Kumiki accounts")));
            } else {
                newest.accounts = accounts;
            }
        });
    }

    @Deactivate
    synchronized void stop() {
        clock.shutdownNow();
        if (registration != null) {
            registration.unregister();
        }
    }

    private static String property(BundleContext context, String name, String otherwise) {
        return Objects.requireNonNullElse(context.getProperty(name), otherwise);
    }
}
