// VMware's own simulator of a vCenter, or of one ESX host, for tests: govmomi's package "simulator", with its built-in certificate.
// It ends when its standard input does, so that it never outlives the test that started it.
package main

import (
	"crypto/sha256"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"

	"github.com/vmware/govmomi/simulator"
)

func main() {
	esx := flag.Bool("esx", false, "one ESX host instead of a vCenter")
	flag.Parse()
	log.SetOutput(io.Discard)
	model := simulator.VPX()
	if *esx {
		model = simulator.ESX()
	}
	if err := model.Create(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer model.Remove()
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword("kumiki", "only for tests")}
	model.Service.TLS = new(tls.Config)
	server := model.Service.NewServer()
	fmt.Printf("%s %x\n", server.URL.Host, sha256.Sum256(server.Certificate().Raw))
	_, _ = io.Copy(io.Discard, os.Stdin) // what is under way then is not waited for
}
