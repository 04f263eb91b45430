package main

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"
)

// Options are the security policy, message mode and identity that the command line asks for.
type Options struct {
	Policy, Mode, User, Password, Certificate, Key, UserCertificate, UserKey string
}

func (o Options) mode() ua.MessageSecurityMode {
	switch {
	case o.Mode != "":
		return ua.MessageSecurityModeFromString(o.Mode)
	case o.Policy == "None":
		return ua.MessageSecurityModeNone
	default:
		return ua.MessageSecurityModeSignAndEncrypt
	}
}

func connect(ctx context.Context, url string, options Options) (*opcua.Client, error) {
	endpoints, err := opcua.GetEndpoints(ctx, url)
	if err != nil {
		return nil, err
	}
	endpoint, err := opcua.SelectEndpoint(endpoints, options.Policy, options.mode())
	if err != nil {
		return nil, err
	}
	settings, err := settings(endpoint, options)
	if err != nil {
		return nil, err
	}
	// The server may name itself by a host that is unknown here: the address that reached it is the one to use.
	client, err := opcua.NewClient(url, settings...)
	if err != nil {
		return nil, err
	}
	return client, client.Connect(ctx)
}

func settings(endpoint *ua.EndpointDescription, options Options) ([]opcua.Option, error) {
	settings := []opcua.Option{opcua.AutoReconnect(false), opcua.ApplicationName("PDE interoperability test (gopcua)")}
	if options.Policy != "None" {
		certificate, key, err := load(options.Certificate, options.Key)
		if err != nil {
			return nil, err
		}
		settings = append(settings, opcua.Certificate(certificate), opcua.PrivateKey(key))
	}
	identity, kind, err := identity(options)
	if err != nil {
		return nil, err
	}
	return append(append(settings, identity...), opcua.SecurityFromEndpoint(endpoint, kind)), nil
}

func identity(options Options) ([]opcua.Option, ua.UserTokenType, error) {
	switch {
	case options.User != "":
		return []opcua.Option{opcua.AuthUsername(options.User, options.Password)}, ua.UserTokenTypeUserName, nil
	case options.UserCertificate != "":
		certificate, key, err := load(options.UserCertificate, options.UserKey)
		return []opcua.Option{opcua.AuthCertificate(certificate), opcua.AuthPrivateKey(key)}, ua.UserTokenTypeCertificate, err
	default:
		return []opcua.Option{opcua.AuthAnonymous()}, ua.UserTokenTypeAnonymous, nil
	}
}

// The certificate is DER, the key PEM (PKCS #8).
func load(certificateFile, keyFile string) ([]byte, *rsa.PrivateKey, error) {
	certificate, err := os.ReadFile(certificateFile)
	if err != nil {
		return nil, nil, err
	}
	text, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, nil, fmt.Errorf("%s is no PEM", keyFile)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA {
		return nil, nil, fmt.Errorf("%s is no RSA key", keyFile)
	}
	return certificate, key, nil
}
