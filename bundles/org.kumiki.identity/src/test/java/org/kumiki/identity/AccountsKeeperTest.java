package org.kumiki.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.identity.Identity;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class AccountsKeeperTest {

    @TempDir
    Path data;

    private final List<Identity> offered = new ArrayList<>();

    @Test
    void offersOneServiceThatFollowsTheFile() throws Exception {
        AccountsKeeper keeper = new AccountsKeeper(context(), data, "us-east-1");
        Path file = data.resolve("identity/accounts.ini");
        String id = Files.readString(file).lines().filter(line -> line.startsWith("[key ")).findFirst().orElseThrow()
                .replaceAll("\\[key |\\]", "");
        assertThat(offered).hasSize(1);
        Identity identity = offered.get(0);
        assertThat(identity.accessKey(id).orElseThrow().active()).isTrue();

        Files.writeString(file, Files.readString(file).replace("active = true", "active = false"));
        keeper.look();

        assertThat(identity.accessKey(id).orElseThrow().active()).isFalse();
        assertThat(offered).hasSize(1);
        keeper.stop();
        assertThat(offered).isEmpty();
    }

    @Test
    void offersNothingUntilTheFileIsUnderstood() throws Exception {
        new AccountsKeeper(context(), data, "us-east-1").stop();
        Path file = data.resolve("identity/accounts.ini");
        String good = Files.readString(file);
        Files.writeString(file, "oops\n" + good);

        AccountsKeeper keeper = new AccountsKeeper(context(), data, "us-east-1");
        assertThat(offered).isEmpty();

        Files.writeString(file, good);
        keeper.look();
        assertThat(offered).hasSize(1);
    }

    /** A framework that knows one service. */
    private BundleContext context() {
        Object registration = Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { ServiceRegistration.class },
                (proxy, method, arguments) -> {
                    offered.clear();
                    return null;
                });
        return (BundleContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { BundleContext.class },
                (proxy, method, arguments) -> {
                    offered.add((Identity) arguments[1]);
                    return registration;
                });
    }
}
