package org.kumiki.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A file on a faulty disk, for what stores of ours do with files: several buffers at a time, transfers and maps are not among it. */
final class FaultyChannel extends FileChannel {

    private final FaultyDisk disk;
    private final Path path;
    private final FileChannel file;

    FaultyChannel(FaultyDisk disk, Path path, FileChannel file) {
        this.disk = disk;
        this.path = path;
        this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int written = disk.write(path, file, bytes, file.position());
        file.position(file.position() + written);
        return written;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        return disk.write(path, file, bytes, position);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.truncate(path, file, size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.flush(path, metaData);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return file.read(into);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return file.read(into, position);
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
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return file.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }
}
