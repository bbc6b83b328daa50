// Package cloud is what the test providers manage: a folder with one JSON file for each item.
package cloud

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Item is what is stored of a resource.
type Item struct {
	Value  string            `json:"value"`
	Tags   map[string]string `json:"tags"`
	MadeBy string            `json:"made_by"`
}

// Cloud is one account: a folder, relative to where the provider's process runs, so that a wrong one shows.
type Cloud struct {
	Account string
	folder  string
}

// Open returns the account's part of a folder. No account means the default one.
func Open(folder, account string) *Cloud {
	if account == "" {
		account = "default"
	}
	return &Cloud{Account: account, folder: filepath.Join(folder, account)}
}

// Maker says who makes an item: the account, and the credential of the process's environment.
func (c *Cloud) Maker() string {
	return c.Account + "/" + os.Getenv("DEMO_CREDENTIAL")
}

// Write creates or changes an item; the cloud refuses some names.
func (c *Cloud) Write(name string, item Item) error {
	if strings.HasPrefix(name, "refused") {
		return errors.New("AccessDenied: not on a Sunday")
	}
	if err := os.MkdirAll(c.folder, 0o700); err != nil {
		return err
	}
	content, err := json.Marshal(item)
	if err != nil {
		return err
	}
	return os.WriteFile(c.path(name), content, 0o600)
}

// Read returns an item, or nil if there is none.
func (c *Cloud) Read(name string) (*Item, error) {
	content, err := os.ReadFile(c.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var item Item
	if err := json.Unmarshal(content, &item); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &item, nil
}

// Delete removes an item that may be gone already.
func (c *Cloud) Delete(name string) error {
	if err := os.Remove(c.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Names lists the items in order.
func (c *Cloud) Names() ([]string, error) {
	paths, err := filepath.Glob(c.path("*"))
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(paths))
	for _, path := range paths {
		names = append(names, strings.TrimSuffix(filepath.Base(path), ".json"))
	}
	return names, nil
}

func (c *Cloud) path(name string) string {
	return filepath.Join(c.folder, name+".json")
}

// Digest is an identifier that depends on a text only.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}
