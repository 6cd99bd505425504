terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints {
    ec2      = var.endpoint
    simpledb = var.endpoint
  }
}

variable "endpoint" {
}

variable "image" {
}

variable "public_key" {
}

resource "aws_key_pair" "mine" {
  key_name   = "terraform"
  public_key = var.public_key
}

resource "aws_security_group" "web" {
  name        = "terraform-web"
  description = "SSH and web"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["127.0.0.0/8"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "web" {
  count                  = 2
  ami                    = var.image
  instance_type          = "m1.small"
  key_name               = aws_key_pair.mine.key_name
  vpc_security_group_ids = [aws_security_group.web.id]
  user_data              = "#!/bin/sh\ntrue\n"
  tags = {
    Name = "web-${count.index}"
  }
}

resource "aws_ebs_volume" "data" {
  availability_zone = aws_instance.web[0].availability_zone
  size              = 1
  tags = {
    Name = "data"
  }
}

resource "aws_volume_attachment" "data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.web[0].id
}

resource "aws_eip" "web" {
  instance = aws_instance.web[1].id
  domain   = "vpc"
}

resource "aws_simpledb_domain" "sessions" {
  name = "terraform-sessions"
}

output "addresses" {
  value = [aws_instance.web[0].public_ip, aws_eip.web.public_ip]
}
