package org.kumiki.hypervisor.libvirt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import org.kumiki.api.model.InstanceId;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;
import org.kumiki.hypervisor.libvirt.rpc.RpcStream;

/**
 * What guests wrote to their consoles: a file each,
         in a directory of libvirt's host which libvirt itself reads to us, so that it does not matter where
 * that host is. Thread-safe.
 */
final class Consoles {

    private static final String NAME = "kumiki-consoles";
    private static final int LONGEST = 64 << 10;
    private static final long SECONDS_TO_READ = 20;

    private final Libvirt libvirt;
    private final Libvirt.Pool pool;
    private final Kind kind;
    /** While libvirt looks which files there are, it reads none. */
    private final ReentrantLock one = new ReentrantLock();

    private Consoles(Libvirt libvirt, Libvirt.Pool pool, Kind kind) {
        this.libvirt = libvirt;
        this.pool = pool;
        this.kind = kind;
    }

    /** @throws LibvirtError if this libvirt keeps no files */
    static Consoles of(Libvirt libvirt, Settings settings) throws IOException, LibvirtError, InterruptedException {
        Optional<Libvirt.Pool> pool = libvirt.pool(NAME);
        return new Consoles(libvirt, pool.isPresent() ? pool.get() : libvirt.createPool(description(settings)), settings.kind());
    }

    private static String description(Settings settings) {
        return Xml.of(xml -> xml.element("pool", inside -> {
            inside.value("name", NAME);
            inside.element("target", target -> {
                target.value("path", settings.consoleDirectory());
                target.element("permissions", permissions -> permissions.value("mode", "0700"));
            });
        }, "type", "dir"));
    }

    /** The end of it; nothing if there is none. */
    String tail(InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        one.lockInterruptibly();
        try {
            Optional<Libvirt.Volume> file = find(guest);
            return file.isPresent() ? tail(file.get()) : "";
        } finally {
            one.unlock();
        }
    }

    private Optional<Libvirt.Volume> find(InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        libvirt.refresh(pool);
        return libvirt.volume(pool, kind.consoleFile(guest));
    }

    private String tail(Libvirt.Volume file) throws IOException, LibvirtError, InterruptedException {
        long size = libvirt.size(file);
        if (size <= 0) {
            return "";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RpcStream stream = libvirt.download(file, Math.max(0, size - LONGEST), Math.min(size, LONGEST), part -> {
            if (bytes.size() < LONGEST) { // libvirt is not trusted to send what it was asked for
                bytes.writeBytes(part);
            }
        });
        try {
            stream.end().get(SECONDS_TO_READ, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the console was not read: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the console was not read within " + SECONDS_TO_READ + " s", e);
        } finally {
            stream.abort();
        }
        String text = bytes.toString(UTF_8);
        return text.substring(Math.max(0, text.length() - LONGEST));
    }

    void delete(InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        one.lockInterruptibly();
        try {
            Optional<Libvirt.Volume> file = find(guest);
            if (file.isPresent()) {
                libvirt.delete(file.get());
            }
        } finally {
            one.unlock();
        }
    }
}
