// Reads one command a line on standard input and answers each with one line; ../README.md has the protocol.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"
)

const longestCommand = 1 << 20

// Answer is one line of output: a status and what the command adds to it.
type Answer map[string]any

func main() {
	options := parse(os.Args[2:])
	ctx := context.Background()
	client, err := connect(ctx, os.Args[1], options)
	if err != nil {
		write(failure(err))
		os.Exit(1)
	}
	write(Answer{"status": 0})
	serve(ctx, client)
	if err := client.Close(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "close:", err)
	}
}

func parse(arguments []string) Options {
	var options Options
	flags := flag.NewFlagSet("client", flag.ExitOnError)
	flags.StringVar(&options.Policy, "policy", "None", "")
	flags.StringVar(&options.Mode, "mode", "", "")
	flags.StringVar(&options.User, "user", "", "")
	flags.StringVar(&options.Password, "password", "", "")
	flags.StringVar(&options.Certificate, "certificate", "", "")
	flags.StringVar(&options.Key, "key", "", "")
	flags.StringVar(&options.UserCertificate, "user-certificate", "", "")
	flags.StringVar(&options.UserKey, "user-key", "", "")
	_ = flags.Parse(arguments) // ExitOnError: it does not return one
	return options
}

func serve(ctx context.Context, client *opcua.Client) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestCommand)
	for lines.Scan() {
		write(run(ctx, client, lines.Bytes()))
	}
}

func run(ctx context.Context, client *opcua.Client, line []byte) Answer {
	var command Command
	if err := json.Unmarshal(line, &command); err != nil {
		return failure(err)
	}
	handler, known := commands[command.Op]
	if !known {
		return failure(fmt.Errorf("unknown op %s", command.Op))
	}
	answer, err := handler(ctx, client, command)
	if err != nil {
		return failure(err)
	}
	return answer
}

// A refused service is an answer too; an error without a status of its own is ours.
func failure(err error) Answer {
	status := ua.StatusBadInternalError
	errors.As(err, &status)
	return Answer{"status": uint32(status), "error": err.Error()}
}

func write(answer Answer) {
	line, err := json.Marshal(answer)
	if err != nil {
		line, _ = json.Marshal(failure(err))
	}
	fmt.Println(string(line))
}
