package org.kumiki.store.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;

import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** A file system of H2's, {@code faulty:}, that can be told to fail, and counts how often it was told to make sure. */
public final class FaultyDisk extends FilePathWrapper {

    private static volatile int writesLeft = Integer.MAX_VALUE;
    private static volatile boolean forceFails;
    private static volatile int unforced;

    static {
        FilePath.register(new FaultyDisk());
    }

    /** A database on this disk. */
    static String url(String url) {
        return url.replace("jdbc:h2:", "jdbc:h2:faulty:");
    }

    static void heal() {
        writesLeft = Integer.MAX_VALUE;
        forceFails = false;
    }

    /** There is room for so many writes. */
    static void failAfterWrites(int writes) {
        writesLeft = writes;
    }

    static void failToForce() {
        forceFails = true;
    }

    /** How many writes may still be lost if the power is cut now. */
    static int unforcedWrites() {
        return unforced;
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Channel(super.open(mode));
    }

    private static final class Channel extends FileBase {

        private final FileChannel file;

        Channel(FileChannel file) {
            this.file = file;
        }

        private static void count() throws IOException {
            if (writesLeft <= 0) {
                throw new IOException("No space left on device");
            }
            writesLeft--;
            unforced++;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            count();
            return file.write(bytes);
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            count();
            return file.write(bytes, position);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            if (forceFails) {
                throw new IOException("Input/output error");
            }
            file.force(metaData);
            unforced = 0;
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            return file.read(bytes);
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            file.truncate(size);
            return this;
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
