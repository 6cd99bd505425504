/**
 * What a virtualization technology must provide to run guests on its hosts.
 * <p>
 * A vendor's bundle implements {@link org.kumiki.api.hypervisor.Hypervisor}, or its blocking twin
 * {@link org.kumiki.api.hypervisor.BlockingHypervisor}, annotates the component with
 * {@link org.kumiki.api.hypervisor.HypervisorDriver} and is done: the engine finds the service, asks which hosts it
 * drives, and forgets them again when the bundle stops. What only some technologies can do is an interface of its own
 * ({@link org.kumiki.api.hypervisor.VolumeHotPlug}, {@link org.kumiki.api.hypervisor.DiskCopy},
 * {@link org.kumiki.api.hypervisor.LinkUpdate}, {@link org.kumiki.api.migration.LiveMigration}) that the same object implements as well.
 */
@Export
@Version("1.4.0")
package org.kumiki.api.hypervisor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
